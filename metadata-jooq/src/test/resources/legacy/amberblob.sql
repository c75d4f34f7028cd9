create table objects (path text primary key, size integer not null, chunks text not null, seq text not null, created_at text not null, modified_at text not null, archived integer not null default 0, archive_location text);
create index idx_objects_seq on objects (seq);
create table slot_meta (key text primary key, value text not null);
