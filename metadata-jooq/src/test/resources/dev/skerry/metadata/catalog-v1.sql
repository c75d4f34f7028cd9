BEGIN TRANSACTION;
CREATE TABLE applied (
    name  text    not null primary key,
    value integer not null
) strict;
INSERT INTO "applied" VALUES('owner',-1);
INSERT INTO "applied" VALUES('trimmed',0);
INSERT INTO "applied" VALUES('barriers',0);
CREATE TABLE buckets (
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
INSERT INTO "buckets" VALUES('bucket','owner-1','',1767323045678,115823283121553411,'ENABLED','PERIODIC',NULL,'<CORSConfiguration/>',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1482482747);
CREATE TABLE events (
    sequence integer primary key,
    payload  text    not null,
    row_crc  integer not null
) strict;
INSERT INTO "events" VALUES(1,'{"type":"bucket-created","bucket":"bucket","hlc":115823283121553411}',2579806890);
INSERT INTO "events" VALUES(2,'{"type":"bucket-created","bucket":"other","hlc":115823283121553411}',754743409);
INSERT INTO "events" VALUES(3,'{"type":"bucket-deleted","bucket":"other","hlc":115823283121553411}',3614462145);
CREATE TABLE root_credentials (
    id         integer primary key check (id = 1),
    access_key text    not null,
    secret_key text    not null,
    row_crc    integer not null
) strict;
INSERT INTO "root_credentials" VALUES(1,'AKFIXTURE','not-a-secret',2627621864);
CREATE TABLE schema_migrations (
    version    integer primary key,
    name       text    not null,
    sha256     text    not null,
    applied_at integer not null
) strict;
INSERT INTO "schema_migrations" VALUES(1,'V1__catalog','086f9a189ac74efdfa82e981c2574166bed23c22416039e2c21513f51707e48e',1767323045678);
COMMIT;
