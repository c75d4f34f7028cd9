-- Buckets and what is kept with them. Times are milliseconds since the epoch; every row carries the CRC32C of its fields.

create table schema_migrations (
    version    integer primary key,
    name       text    not null,
    sha256     text    not null,
    applied_at integer not null
) strict;

create table buckets (
    name                text    not null primary key,
    owner               text    not null,
    region              text    not null,
    created_at          integer not null,
    hlc_timestamp       integer not null default 0,
    versioning          text    not null check (versioning in ('OFF', 'ENABLED', 'SUSPENDED')),
    durability          text check (durability in ('ALWAYS', 'PERIODIC', 'NONE')),
    tagging             text,
    cors                text,
    encryption_config   text,
    lock_config         text,
    lifecycle           text,
    policy              text,
    acl                 text,
    ownership           text,
    public_access_block text,
    notification        text,
    website             text,
    logging             text,
    replication         text,
    row_crc             integer not null
) strict;

create table root_credentials (
    id         integer primary key check (id = 1),
    access_key text    not null,
    secret_key text    not null,
    row_crc    integer not null
) strict;

create table events (
    sequence integer primary key,
    payload  text    not null,
    row_crc  integer not null
) strict;

create table applied (
    name  text    not null primary key,
    value integer not null
) strict;
