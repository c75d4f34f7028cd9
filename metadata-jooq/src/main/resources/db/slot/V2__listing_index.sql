-- What ListObjects shows, and nothing else, so that a bucket full of tombstones still lists fast. It holds every column a
-- listing reads, those that the condition fixes left out, so that a page is a few neighbouring leaves and not as many
-- rows from all over the table. list_crc covers what is read: an entry is verified by itself, as its row is.
drop index idx_blobs_current;

create index idx_blobs_current on blobs (
    path, version, blob_id, is_null_version, size, etag, sha256, native_etag, created_at, tombstoned_at, owner,
    storage_class, checksums, list_crc
) where is_latest = 1 and kind = 'live';

-- it went with the index
insert into sqlite_stat1 (tbl, idx, stat) values ('blobs', 'idx_blobs_current', '100000 1 1 1 1 1 1 1 1 1 1 1 1 1 1');
