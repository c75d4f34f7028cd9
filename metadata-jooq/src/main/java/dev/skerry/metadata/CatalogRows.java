package dev.skerry.metadata;

import static dev.skerry.metadata.schema.catalog.Tables.BUCKETS;
import static dev.skerry.metadata.schema.catalog.Tables.DOCUMENTS;
import static dev.skerry.metadata.schema.catalog.Tables.EVENTS;
import static dev.skerry.metadata.schema.catalog.Tables.ROOT_CREDENTIALS;

import dev.skerry.blob.Durability;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.catalog.CatalogReplica.Document;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import java.util.EnumMap;
import java.util.Map;
import org.jooq.Field;

/** Rows of the catalog. */
final class CatalogRows {
    static final Columns BUCKET = Columns.ofTable("buckets", BUCKETS.fields(), BUCKETS.ROW_CRC);
    static final Columns EVENT = Columns.ofTable("events", EVENTS.fields(), EVENTS.ROW_CRC);
    static final Columns DOCUMENT = Columns.ofTable("documents", DOCUMENTS.fields(), DOCUMENTS.ROW_CRC);
    static final Columns ROOT =
            Columns.ofTable("root_credentials", ROOT_CREDENTIALS.fields(), ROOT_CREDENTIALS.ROW_CRC);

    private static final long ONLY = 1;

    private CatalogRows() {}

    static Row of(Bucket bucket) {
        Durability durability = bucket.durability();
        Row row = Row.empty(BUCKET)
                .set(BUCKETS.NAME, bucket.name())
                .set(BUCKETS.OWNER, bucket.ownerId())
                .set(BUCKETS.REGION, bucket.region())
                .set(BUCKETS.CREATED_AT, bucket.createdAt().toEpochMilli())
                .set(BUCKETS.HLC_TIMESTAMP, bucket.created().packed())
                .set(BUCKETS.VERSIONING, bucket.versioning().name())
                .set(BUCKETS.DURABILITY, durability == null ? null : durability.name())
                .set(BUCKETS.EPOCH, bucket.epoch() == 0 ? null : bucket.epoch())
                .set(BUCKETS.SEALED, bucket.sealed() ? 1L : null);
        bucket.configuration().forEach((kind, document) -> row.set(column(kind), document));
        return row.sealed();
    }

    static Bucket bucket(Row row) {
        return Decoding.of("buckets", () -> {
            Map<ConfigurationKind, String> configuration = new EnumMap<>(ConfigurationKind.class);
            for (ConfigurationKind kind : ConfigurationKind.values()) {
                String document = row.get(column(kind));
                if (document != null) {
                    configuration.put(kind, document);
                }
            }
            String durability = row.get(BUCKETS.DURABILITY);
            Long epoch = row.get(BUCKETS.EPOCH);
            return new Bucket(
                    row.need(BUCKETS.NAME),
                    row.need(BUCKETS.OWNER),
                    row.need(BUCKETS.REGION),
                    created(row),
                    Versioning.valueOf(row.need(BUCKETS.VERSIONING)),
                    durability == null ? null : Durability.valueOf(durability),
                    configuration,
                    epoch == null ? 0 : epoch,
                    row.get(BUCKETS.SEALED) != null);
        });
    }

    /**
     * Of a bucket an older Skerry changed, the row has the time of that change: there the millisecond alone is known.
     */
    private static HlcTimestamp created(Row row) {
        HlcTimestamp kept = HlcTimestamp.ofPacked(row.need(BUCKETS.HLC_TIMESTAMP));
        long createdAt = row.need(BUCKETS.CREATED_AT);
        return kept.physicalMs() == createdAt ? kept : new HlcTimestamp(createdAt, 0);
    }

    private static Field<String> column(ConfigurationKind kind) {
        return switch (kind) {
            case TAGGING -> BUCKETS.TAGGING;
            case CORS -> BUCKETS.CORS;
            case ENCRYPTION -> BUCKETS.ENCRYPTION_CONFIG;
            case OBJECT_LOCK -> BUCKETS.LOCK_CONFIG;
            case LIFECYCLE -> BUCKETS.LIFECYCLE;
            case POLICY -> BUCKETS.POLICY;
            case ACL -> BUCKETS.ACL;
            case OWNERSHIP -> BUCKETS.OWNERSHIP;
            case PUBLIC_ACCESS_BLOCK -> BUCKETS.PUBLIC_ACCESS_BLOCK;
            case NOTIFICATION -> BUCKETS.NOTIFICATION;
            case WEBSITE -> BUCKETS.WEBSITE;
            case LOGGING -> BUCKETS.LOGGING;
            case REPLICATION -> BUCKETS.REPLICATION;
        };
    }

    static Row of(RootCredentials credentials) {
        return Row.empty(ROOT)
                .set(ROOT_CREDENTIALS.ID, ONLY)
                .set(ROOT_CREDENTIALS.ACCESS_KEY, credentials.accessKey())
                .set(ROOT_CREDENTIALS.SECRET_KEY, credentials.secretKey())
                .sealed();
    }

    static RootCredentials rootCredentials(Row row) {
        return new RootCredentials(row.need(ROOT_CREDENTIALS.ACCESS_KEY), row.need(ROOT_CREDENTIALS.SECRET_KEY));
    }

    static Row of(String name, Document document) {
        return Row.empty(DOCUMENT)
                .set(DOCUMENTS.NAME, name)
                .set(DOCUMENTS.REVISION, document.revision())
                .set(DOCUMENTS.TEXT, document.text())
                .sealed();
    }

    static Document document(Row row) {
        return new Document(row.need(DOCUMENTS.REVISION), row.need(DOCUMENTS.TEXT));
    }

    static Row ofEvent(long sequence, StorageEvent event) {
        return Row.empty(EVENT)
                .set(EVENTS.SEQUENCE, sequence)
                .set(EVENTS.PAYLOAD, EventJson.encode(event))
                .sealed();
    }

    static SequencedEvent event(Row row) {
        return Decoding.of(
                "events",
                () -> new SequencedEvent(
                        SequencedEvent.CATALOG, row.need(EVENTS.SEQUENCE), EventJson.decode(row.need(EVENTS.PAYLOAD))));
    }
}
