-- What the nodes of a cluster keep together beside the buckets.
create table documents (
    name     text    not null primary key,
    revision integer not null,
    text     text    not null,
    row_crc  integer not null
) strict;

-- the epoch of a bucket, and whether it is sealed; NULL on a single node
alter table buckets add column epoch integer;

alter table buckets add column sealed integer check (sealed = 1);
