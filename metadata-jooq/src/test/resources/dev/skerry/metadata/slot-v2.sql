BEGIN TRANSACTION;
CREATE TABLE applied (
    name  text    not null primary key,
    value integer not null
) strict;
INSERT INTO "applied" VALUES('owner',0);
INSERT INTO "applied" VALUES('trimmed',2);
INSERT INTO "applied" VALUES('barriers',0);
CREATE TABLE blob_chunk_archives (
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
CREATE TABLE blob_inline (
    blob_id text    not null primary key references blobs (blob_id),
    body    blob    not null,
    crc32c  integer not null,
    row_crc integer not null
) strict;
INSERT INTO "blob_inline" VALUES('01KDYAK3SE000VP6PNECCVH76R',X'6669727374',2319360336,727813959);
INSERT INTO "blob_inline" VALUES('01KDYAK4RP000PHYREDXM4VYCJ',X'7365636F6E64',2063438888,3912528701);
INSERT INTO "blob_inline" VALUES('01KDYAK6Q6000ZFFPSTJTZ6238',X'726177',1340373671,4060508146);
INSERT INTO "blob_inline" VALUES('01KDYAK6Q6001G3475E8KHKE0J',X'78',2839306131,3330372672);
INSERT INTO "blob_inline" VALUES('01KDYAK8NP000Z16R4PE6XFBQ4',X'79',1532484752,2254935508);
CREATE TABLE blob_parts (
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
INSERT INTO "blob_parts" VALUES('01KDYAK5QY001NAB7HWJMAQ1EX',0,0,4,4,'1be2e452b46d7a0d9656bbb1f768e8248eba1b75baed65f5d99eafa948899a6a','plain','01KDYAK5QY000KAB6CZG4MDE7G',0,NULL,X'063962B9',3257003185);
INSERT INTO "blob_parts" VALUES('01KDYAK5QY001NAB7HWJMAQ1EX',1,4,4,4,'db2e7f1bd5ab9968ae76199b7cc74795ca7404d5a08d78567715ce532f9d2669','plain','01KDYAK5QY000KAB6CZG4MDE7G',1,NULL,X'6AD50193',2703464790);
INSERT INTO "blob_parts" VALUES('01KDYAK5QY001NAB7HWJMAQ1EX',2,8,2,2,'cd70bea023f752a0564abb6ed08d42c1440f2e33e29914e55e0be1595e24f45a','plain','01KDYAK5QY000KAB6CZG4MDE7G',2,NULL,X'646A3494',824778803);
INSERT INTO "blob_parts" VALUES('01KDYAKAM600583A794FEMTWKK',0,0,3,3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','plain','01KDYAKAM60026BB9QG3MZJY4R',0,1,X'2A94B2E9',1374233427);
INSERT INTO "blob_parts" VALUES('01KDYAKAM600583A794FEMTWKK',1,3,4,4,'222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80','plain','01KDYAKAM60035HXQH7MMCMYHP',0,5,X'C931C764',1003062120);
CREATE TABLE blobs (
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
INSERT INTO "blobs" VALUES(1,X'6275636B65742F696E6C696E65',1,'01KDYAK3SE000VP6PNECCVH76R','live',0,0,5,'8b04d5e3775d298e78455efc5ca404d5','a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e',NULL,'inline',NULL,NULL,NULL,NULL,NULL,NULL,'owner-1',NULL,NULL,NULL,1767323045678,NULL,115823283121553408,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,1112142495,226608651);
INSERT INTO "blobs" VALUES(2,X'6275636B65742F696E6C696E65',7,'01KDYAK4RP000PHYREDXM4VYCJ','live',1,0,6,'a9f0e61a137d86aa9db53465e0801612','16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4',NULL,'inline',NULL,NULL,NULL,NULL,NULL,'{"a":"b","k":"v"}','owner-1',NULL,NULL,NULL,1767323046678,NULL,115823283187089408,0,'local','STANDARD','STANDARD',NULL,'write-1',NULL,3079392881,2165684668);
INSERT INTO "blobs" VALUES(3,X'6275636B65742F66696C6573',1,'01KDYAK5QY001NAB7HWJMAQ1EX','live',1,1,10,'781e5e245d69b566979b86e28d23f2c7',NULL,'02c260a7e4fe35d64b77e33a7382ff564c5912ef4bbe758118d9abaa58256698-3','parts','[{"id":"1be2e452b46d7a0d9656bbb1f768e8248eba1b75baed65f5d99eafa948899a6a","len":4},{"id":"db2e7f1bd5ab9968ae76199b7cc74795ca7404d5a08d78567715ce532f9d2669","len":4},{"id":"cd70bea023f752a0564abb6ed08d42c1440f2e33e29914e55e0be1595e24f45a","len":2}]',NULL,NULL,'[{"algorithm":"CRC32C","value":"KAwGng==","type":"FULL_OBJECT"}]',NULL,NULL,'owner-1',NULL,NULL,NULL,1767323047678,NULL,115823283252625410,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,3828435146,2605974956);
INSERT INTO "blobs" VALUES(4,X'6275636B65742FFF002F',1,'01KDYAK6Q6000ZFFPSTJTZ6238','live',1,1,3,'bdd166af3a63f7be696dd17a218a6ffb','d7439bee24773bcbfa2d0a97947ee36227b10d1022b1a55847e928965bb6bfde',NULL,'inline',NULL,NULL,NULL,NULL,NULL,NULL,'owner-1',NULL,NULL,NULL,1767323048678,NULL,115823283318161408,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,2652680690,2539009672);
INSERT INTO "blobs" VALUES(5,X'6275636B65742F676F6E65',1,'01KDYAK6Q6001G3475E8KHKE0J','live',0,1,1,'9dd4e461268c8034f5c8564e155c67a6','2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',NULL,'inline',NULL,NULL,NULL,NULL,NULL,NULL,'owner-1',NULL,NULL,NULL,1767323048678,1767323049678,115823283318161410,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,3313550793,362546359);
INSERT INTO "blobs" VALUES(6,X'6275636B65742F676F6E65',2,'01KDYAK7PE000ZDDAVQ8MDM6VY','tombstone',0,1,0,'',NULL,'','none',NULL,NULL,NULL,NULL,NULL,NULL,'owner-1',NULL,NULL,NULL,1767323049678,1767323049678,115823283383697408,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,2808113498,2685520216);
INSERT INTO "blobs" VALUES(7,X'6275636B65742F6D61726B6564',1,'01KDYAK8NP000Z16R4PE6XFBQ4','live',0,0,1,'415290769594460e2e485922904f345d','a1fce4363854ff888cff4b8e7875d600c2682390412a8cf79b37d0b11148b0fa',NULL,'inline',NULL,NULL,NULL,NULL,NULL,NULL,'owner-1',NULL,NULL,NULL,1767323050678,NULL,115823283449233408,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,3473591962,1471042855);
INSERT INTO "blobs" VALUES(8,X'6275636B65742F6D61726B6564',2,'01KDYAK9MY000Z4YTXP3MK837W','tombstone',1,0,0,'',NULL,'','none',NULL,NULL,NULL,NULL,NULL,NULL,'owner-1',NULL,NULL,NULL,1767323051678,NULL,115823283514769408,0,'local','STANDARD','STANDARD',NULL,NULL,NULL,1810007014,3946811791);
INSERT INTO "blobs" VALUES(9,X'6275636B65742F6D756C746970617274',1,'01KDYAKAM600583A794FEMTWKK','live',1,1,7,'51fd87b82af79d48cd15d144497ae267-2',NULL,'a195578de1ce0b35a37799b619b84d10cc9f1d4e2dffd62dad000032d86e9f14-2','parts','[{"id":"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","len":3},{"id":"222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80","len":4}]',NULL,NULL,'[{"algorithm":"CRC64NVME","value":"N54r2ouYv8M=","type":"FULL_OBJECT"}]','[{"number":1,"size":3,"etag":"f97c5d29941bfb1b2fdab0874906ab82","checksums":[{"algorithm":"CRC64NVME","value":"sUmeCqrLO7M=","type":"FULL_OBJECT"}]},{"number":5,"size":4,"etag":"30056e1cab7a61d256fc8edd970d14f5","checksums":[{"algorithm":"CRC64NVME","value":"W359cX3T1DA=","type":"FULL_OBJECT"}]}]',NULL,'owner-1',NULL,NULL,NULL,1767323052678,NULL,115823283580305417,0,'local','STANDARD','STANDARD',NULL,NULL,'01KDYAKAM6000YZS4XN5YB3GHV',3986563894,793524778);
CREATE TABLE events (
    sequence integer primary key,
    payload  text    not null,
    row_crc  integer not null
) strict;
INSERT INTO "events" VALUES(3,'{"type":"object-tagged","path":"bucket/inline","version_id":"01KDYAK4RP000PHYREDXM4VYCJ","generation":7,"removed":false,"hlc":115823283252625408}',631445262);
INSERT INTO "events" VALUES(4,'{"type":"object-created","path":"bucket/files","version_id":"01KDYAK5QY001NAB7HWJMAQ1EX","generation":1,"size":10,"etag":"781e5e245d69b566979b86e28d23f2c7","group":0,"cause":"PUT","hlc":115823283252625410}',381754964);
INSERT INTO "events" VALUES(5,'{"type":"object-created","path64":"YnVja2V0L/8ALw==","version_id":"01KDYAK6Q6000ZFFPSTJTZ6238","generation":1,"size":3,"etag":"bdd166af3a63f7be696dd17a218a6ffb","group":0,"cause":"PUT","hlc":115823283318161408}',2554274494);
INSERT INTO "events" VALUES(6,'{"type":"object-created","path":"bucket/gone","version_id":"01KDYAK6Q6001G3475E8KHKE0J","generation":1,"size":1,"etag":"9dd4e461268c8034f5c8564e155c67a6","group":0,"cause":"PUT","hlc":115823283318161410}',859393090);
INSERT INTO "events" VALUES(7,'{"type":"object-deleted","path":"bucket/gone","generation":2,"delete_marker":false,"group":0,"hlc":115823283383697408}',996061471);
INSERT INTO "events" VALUES(8,'{"type":"object-created","path":"bucket/marked","version_id":"01KDYAK8NP000Z16R4PE6XFBQ4","generation":1,"size":1,"etag":"415290769594460e2e485922904f345d","group":0,"cause":"PUT","hlc":115823283449233408}',2501531488);
INSERT INTO "events" VALUES(9,'{"type":"object-deleted","path":"bucket/marked","version_id":"01KDYAK9MY000Z4YTXP3MK837W","generation":2,"delete_marker":true,"group":0,"hlc":115823283514769408}',4026681167);
INSERT INTO "events" VALUES(10,'{"type":"object-created","path":"bucket/multipart","version_id":"01KDYAKAM600583A794FEMTWKK","generation":1,"size":7,"etag":"51fd87b82af79d48cd15d144497ae267-2","group":0,"cause":"MULTIPART","hlc":115823283580305417}',3270651304);
CREATE TABLE gc_queue (
    folder    text    not null primary key,
    queued_at integer not null,
    row_crc   integer not null
) strict;
INSERT INTO "gc_queue" VALUES('01KDYAKAM60044PHTJCHF7DWWY',1767323052678,359625662);
CREATE TABLE schema_migrations (
    version    integer primary key,
    name       text    not null,
    sha256     text    not null,
    applied_at integer not null
) strict;
INSERT INTO "schema_migrations" VALUES(1,'V1__slot','d532e00294a89cf2672c9dd6f024f571fafa9a4d3cd2060b7301ad09c901a540',1767323045678);
INSERT INTO "schema_migrations" VALUES(2,'V2__listing_index','b47400ee2eea26a6d44991f8a78d03e0541c06f54afd0dcf3f1fa9c38878550d',1770091506789);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_blob_id','1000000 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_path_version','1000000 100 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_visible','200000 2 1 1 1 1 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_hidden','800000 2 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_tombstone','100000 100 2 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_write_id','10000 2 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_upload_id','10000 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_with_parts','500000 1');
INSERT INTO "sqlite_stat1" VALUES('blobs','idx_blobs_current','100000 1 1 1 1 1 1 1 1 1 1 1 1 1 1');
CREATE TABLE upload_part_files (
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
INSERT INTO "upload_part_files" VALUES('01KDYAKAM60061VC04ZA50STYC',3,0,0,5,5,'8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f','plain','01KDYAKAM6007WAGEPX6ANDBCD',0,NULL,X'1C4451BC',3726065043);
CREATE TABLE upload_parts (
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
INSERT INTO "upload_parts" VALUES('01KDYAKAM60061VC04ZA50STYC',3,'01KDYAKAM6007WAGEPX6ANDBCD',5,'35d6d33467aae9a2e3dccb4b6b027878',NULL,1,1767323052678,3156428311);
CREATE TABLE uploads (
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
INSERT INTO "uploads" VALUES('01KDYAKAM60061VC04ZA50STYC',X'6275636B65742F6F70656E',NULL,NULL,NULL,'owner-1','STANDARD',NULL,NULL,NULL,'owner-1',NULL,NULL,1767323052678,1547950551);
CREATE UNIQUE INDEX idx_blobs_blob_id on blobs (blob_id);
CREATE UNIQUE INDEX idx_blobs_path_version on blobs (path, version desc);
CREATE INDEX idx_blobs_visible on blobs (path, version desc, is_null_version, kind, size, tombstoned_at)
    where tombstoned_at is null;
CREATE INDEX idx_blobs_hidden on blobs (tombstoned_at, blob_id) where tombstoned_at is not null;
CREATE INDEX idx_blobs_tombstone on blobs (tombstoned_at, created_at, blob_id) where kind = 'tombstone';
CREATE INDEX idx_blobs_write_id on blobs (path, write_id) where write_id is not null;
CREATE INDEX idx_blobs_upload_id on blobs (upload_id) where upload_id is not null;
CREATE INDEX idx_blobs_with_parts on blobs (blob_id) where content = 'parts';
CREATE INDEX idx_blob_parts_folder on blob_parts (folder);
CREATE INDEX idx_uploads_path on uploads (path, upload_id);
CREATE INDEX idx_upload_parts_folder on upload_parts (folder);
CREATE INDEX idx_upload_part_files_folder on upload_part_files (folder);
CREATE INDEX idx_gc_queue_queued_at on gc_queue (queued_at);
CREATE VIEW file_entries as
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
CREATE INDEX idx_blobs_current on blobs (
    path, version, blob_id, is_null_version, size, etag, sha256, native_etag, created_at, tombstoned_at, owner,
    storage_class, checksums, list_crc
) where is_latest = 1 and kind = 'live';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('blobs',9);
COMMIT;
