create table blobs (pk integer primary key autoincrement, path text not null, version integer not null, blob_id text not null, size integer not null, chunks text not null, created_at text not null, tombstoned_at text, unique (path, version));
create index idx_blobs_blob_id on blobs (blob_id);
create index idx_blobs_path on blobs (path, tombstoned_at);
create table blob_chunk_archives (pk integer primary key autoincrement, blob_id text not null, chunk_id text not null, length integer not null, archived_at text not null, target_path text not null, target_version integer, target_range_start integer not null, target_range_end integer not null, unique (blob_id, chunk_id));
create table slot_meta (key text primary key, value text not null);
