-- One slot. Times are milliseconds since the epoch. Every served row carries the CRC32C of its fields, NULLs left out,
-- so that later migrations may add columns that default to NULL. A native ETag is NULL where it is the SHA-256.

create table schema_migrations (
    version    integer primary key,
    name       text    not null,
    sha256     text    not null,
    applied_at integer not null
) strict;

create table blobs (
    pk                 integer primary key autoincrement,
    path               blob    not null,
    version            integer not null,
    blob_id            text    not null,
    kind               text    not null check (kind in ('live', 'tombstone')),
    is_latest          integer not null check (is_latest in (0, 1)),
    is_null_version    integer not null check (is_null_version in (0, 1)),
    size               integer not null,
    etag               text    not null,
    sha256             text,
    native_etag        text,
    content            text    not null check (content in ('none', 'inline', 'parts')),
    chunks             text,
    user_metadata      text,
    headers            text,
    checksums          text,
    upload_parts       text,
    tags               text,
    owner              text    not null,
    acl                text,
    sse                text,
    lock               text,
    created_at         integer not null,
    tombstoned_at      integer,
    hlc_timestamp      integer not null default 0,
    placement_group    integer not null default 0,
    home_region        text    not null default 'local',
    storage_class      text    not null default 'STANDARD',
    storage_tier       text    not null default 'STANDARD',
    replication_status text,
    write_id           text,
    upload_id          text,
    list_crc           integer not null,
    row_crc            integer not null
) strict;

create unique index idx_blobs_blob_id on blobs (blob_id);

create unique index idx_blobs_path_version on blobs (path, version desc);

-- what ListObjects shows, and nothing else, so that a bucket full of tombstones still lists fast
create index idx_blobs_current on blobs (path) where is_latest = 1 and kind = 'live';

-- what ListObjectVersions shows; finds the current version and the null version, and counts without the table (which
-- SQLite does only where the column of the condition is in the index too)
create index idx_blobs_visible on blobs (path, version desc, is_null_version, kind, size, tombstoned_at)
    where tombstoned_at is null;

create index idx_blobs_hidden on blobs (tombstoned_at, blob_id) where tombstoned_at is not null;

create index idx_blobs_tombstone on blobs (tombstoned_at, created_at, blob_id) where kind = 'tombstone';

create index idx_blobs_write_id on blobs (path, write_id) where write_id is not null;

create index idx_blobs_upload_id on blobs (upload_id) where upload_id is not null;

create index idx_blobs_with_parts on blobs (blob_id) where content = 'parts';

create table blob_parts (
    blob_id         text    not null references blobs (blob_id),
    idx             integer not null,
    offset          integer not null,
    length          integer not null,
    stored_length   integer not null,
    sha256          text    not null,
    codec           text    not null,
    folder          text    not null,
    file_index      integer not null,
    upload_part     integer,
    block_checksums blob    not null,
    row_crc         integer not null,
    primary key (blob_id, idx)
) strict;

create index idx_blob_parts_folder on blob_parts (folder);

create table blob_inline (
    blob_id text    not null primary key references blobs (blob_id),
    body    blob    not null,
    crc32c  integer not null,
    row_crc integer not null
) strict;

create table blob_chunk_archives (
    pk                 integer primary key autoincrement,
    blob_id            text    not null references blobs (blob_id),
    chunk_id           text    not null,
    length             integer not null,
    archived_at        integer not null,
    target_path        text    not null,
    target_version     text,
    target_range_start integer,
    target_range_end   integer,
    row_crc            integer not null,
    unique (blob_id, chunk_id)
) strict;

create table uploads (
    upload_id          text    not null primary key,
    path               blob    not null,
    user_metadata      text,
    headers            text,
    tags               text,
    owner              text    not null,
    storage_class      text    not null default 'STANDARD',
    acl                text,
    sse                text,
    lock               text,
    initiator          text    not null,
    checksum_algorithm text,
    checksum_type      text,
    initiated_at       integer not null,
    row_crc            integer not null
) strict;

create index idx_uploads_path on uploads (path, upload_id);

create table upload_parts (
    upload_id   text    not null references uploads (upload_id),
    number      integer not null,
    folder      text    not null,
    size        integer not null,
    etag        text    not null,
    checksums   text,
    files       integer not null,
    uploaded_at integer not null,
    row_crc     integer not null,
    primary key (upload_id, number)
) strict;

create index idx_upload_parts_folder on upload_parts (folder);

create table upload_part_files (
    upload_id       text    not null,
    number          integer not null,
    idx             integer not null,
    offset          integer not null,
    length          integer not null,
    stored_length   integer not null,
    sha256          text    not null,
    codec           text    not null,
    folder          text    not null,
    file_index      integer not null,
    upload_part     integer,
    block_checksums blob    not null,
    row_crc         integer not null,
    primary key (upload_id, number, idx),
    foreign key (upload_id, number) references upload_parts (upload_id, number)
) strict;

create index idx_upload_part_files_folder on upload_part_files (folder);

create table gc_queue (
    folder    text    not null primary key,
    queued_at integer not null,
    row_crc   integer not null
) strict;

create index idx_gc_queue_queued_at on gc_queue (queued_at);

create table events (
    sequence integer primary key,
    payload  text    not null,
    row_crc  integer not null
) strict;

-- named numbers: the slot's id (owner), the last sequence trimmed, how many barriers it saw
create table applied (
    name  text    not null primary key,
    value integer not null
) strict;

-- the slot as older tools know it: a row per head (a live generation or a tombstone) and a row per part file
create view file_entries as
select
    b.pk                                                                    as pk,
    (select value from applied where name = 'owner')                         as slot_id,
    cast(b.path as text)                                                    as blob_path,
    case b.kind when 'live' then 'meta.json' else 'tombstone' end           as file_name,
    case b.kind when 'live' then 'meta' else 'tombstone' end                as file_kind,
    case b.kind when 'live' then 'meta' else 'tombstone' end                as head_kind,
    'inline'                                                                as storage_kind,
    i.body                                                                  as inline_data,
    null                                                                    as external_path,
    null                                                                    as archive_url,
    b.size                                                                  as size_bytes,
    coalesce(b.sha256, '')                                                  as sha256,
    b.version                                                               as generation,
    null                                                                    as part_no,
    b.etag                                                                  as etag,
    b.created_at                                                            as created_at,
    coalesce(b.tombstoned_at, b.created_at)                                 as updated_at
from blobs b
left join blob_inline i on i.blob_id = b.blob_id
union all
select
    b.pk,
    (select value from applied where name = 'owner'),
    cast(b.path as text),
    'part.' || printf('%08d', p.file_index) || '.' || p.sha256,
    'part',
    'meta',
    'external',
    null,
    'blobs/' || p.folder || '/part.' || printf('%08d', p.file_index) || '.' || p.sha256,
    a.target_path,
    p.stored_length,
    p.sha256,
    b.version,
    p.idx,
    b.etag,
    b.created_at,
    coalesce(b.tombstoned_at, b.created_at)
from blob_parts p
join blobs b on b.blob_id = p.blob_id
left join blob_chunk_archives a on a.blob_id = p.blob_id and a.chunk_id = p.sha256;

-- What SQLite would find by ANALYZE in a well-used slot: a path has many generations, of which few are visible. Without
-- it, a lookup of the current version may walk the hidden ones.
analyze;

delete from sqlite_stat1;

insert into sqlite_stat1 (tbl, idx, stat) values
    ('blobs', 'idx_blobs_blob_id', '1000000 1'),
    ('blobs', 'idx_blobs_path_version', '1000000 100 1'),
    ('blobs', 'idx_blobs_current', '100000 1'),
    ('blobs', 'idx_blobs_visible', '200000 2 1 1 1 1 1'),
    ('blobs', 'idx_blobs_hidden', '800000 2 1'),
    ('blobs', 'idx_blobs_tombstone', '100000 100 2 1'),
    ('blobs', 'idx_blobs_write_id', '10000 2 1'),
    ('blobs', 'idx_blobs_upload_id', '10000 1'),
    ('blobs', 'idx_blobs_with_parts', '500000 1');
