create table if not exists applied (name text primary key, value integer not null);
