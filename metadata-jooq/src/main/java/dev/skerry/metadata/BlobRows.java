package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.BLOBS;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.clock.HlcTimestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code blobs}. Each has two checksums: {@code list_crc} over what a listing shows, so that a listing need not
 * read the rest, and {@code row_crc} over everything.
 */
final class BlobRows {
    static final String LIVE = "live";
    static final String TOMBSTONE = "tombstone";
    static final String NO_CONTENT = "none";
    static final String INLINE = "inline";
    static final String PARTS = "parts";

    /** Every column. */
    static final Columns ALL = Columns.ofTable("blobs", BLOBS.fields(), BLOBS.ROW_CRC, BLOBS.PK, BLOBS.LIST_CRC);

    /** What an insert gives: the row id is SQLite's. */
    static final List<Field<?>> INSERTED = Arrays.stream(BLOBS.fields())
            .filter(field -> !field.equals(BLOBS.PK))
            .toList();

    private static final List<Field<?>> LISTED_FIELDS = List.of(
            BLOBS.PATH,
            BLOBS.VERSION,
            BLOBS.BLOB_ID,
            BLOBS.KIND,
            BLOBS.IS_LATEST,
            BLOBS.IS_NULL_VERSION,
            BLOBS.SIZE,
            BLOBS.ETAG,
            BLOBS.SHA256,
            BLOBS.NATIVE_ETAG,
            BLOBS.CREATED_AT,
            BLOBS.TOMBSTONED_AT,
            BLOBS.OWNER,
            BLOBS.STORAGE_CLASS,
            BLOBS.CHECKSUMS);

    /** What a listing reads. */
    static final Columns LISTED = new Columns(
            "blobs",
            Stream.concat(LISTED_FIELDS.stream(), Stream.of(BLOBS.LIST_CRC)).toList(),
            LISTED_FIELDS,
            BLOBS.LIST_CRC);

    /** What an update replaces. */
    static final List<Field<?>> UPDATED = List.of(
            BLOBS.IS_LATEST,
            BLOBS.IS_NULL_VERSION,
            BLOBS.USER_METADATA,
            BLOBS.HEADERS,
            BLOBS.TAGS,
            BLOBS.OWNER,
            BLOBS.ACL,
            BLOBS.SSE,
            BLOBS.LOCK,
            BLOBS.TOMBSTONED_AT,
            BLOBS.STORAGE_CLASS,
            BLOBS.STORAGE_TIER,
            BLOBS.REPLICATION_STATUS,
            BLOBS.LIST_CRC,
            BLOBS.ROW_CRC);

    private BlobRows() {}

    static Row of(StoredBlob blob, @Nullable BlobId uploadId) {
        BlobMeta meta = blob.meta();
        Row row = Row.empty(ALL)
                .set(BLOBS.PATH, meta.path().toBytes())
                .set(BLOBS.VERSION, meta.generation().value())
                .set(BLOBS.BLOB_ID, meta.blobId().value())
                .set(BLOBS.KIND, meta.kind().name().toLowerCase(Locale.ROOT))
                .set(BLOBS.SIZE, meta.sizeBytes())
                .set(BLOBS.ETAG, meta.etag())
                .set(BLOBS.SHA256, meta.sha256() == null ? null : meta.sha256().hex())
                .set(BLOBS.NATIVE_ETAG, sameAsDigest(meta) ? null : meta.nativeEtag())
                .set(BLOBS.CHECKSUMS, Json.ofChecksums(meta.checksums()))
                .set(BLOBS.UPLOAD_PARTS, Json.ofUploadParts(meta.uploadParts()))
                .set(BLOBS.CREATED_AT, meta.createdAt().toEpochMilli())
                .set(BLOBS.HLC_TIMESTAMP, meta.hlc().packed())
                .set(BLOBS.PLACEMENT_GROUP, (long) meta.placementGroup().value())
                .set(BLOBS.HOME_REGION, meta.homeRegion())
                .set(BLOBS.WRITE_ID, meta.writeId())
                .set(BLOBS.UPLOAD_ID, uploadId == null ? null : uploadId.value());
        switch (blob.content()) {
            case BlobContent.Inline inline -> row.set(BLOBS.CONTENT, inline.bytes().length == 0 ? NO_CONTENT : INLINE);
            case BlobContent.Parts(var parts) ->
                row.set(BLOBS.CONTENT, parts.isEmpty() ? NO_CONTENT : PARTS).set(BLOBS.CHUNKS, Json.ofChunks(parts));
        }
        return change(row, meta);
    }

    /** {@code row} with everything of {@code meta} that may change, and the checksums that go with it. */
    static Row change(Row row, BlobMeta meta) {
        BlobAttributes attributes = meta.attributes();
        Instant tombstonedAt = meta.tombstonedAt();
        row.set(BLOBS.IS_LATEST, meta.latest() ? 1L : 0L)
                .set(BLOBS.IS_NULL_VERSION, meta.nullVersion() ? 1L : 0L)
                .set(BLOBS.USER_METADATA, Json.ofMap(attributes.userMetadata()))
                .set(BLOBS.HEADERS, Json.ofMap(attributes.headers()))
                .set(BLOBS.TAGS, Json.ofMap(attributes.tags()))
                .set(BLOBS.OWNER, attributes.ownerId())
                .set(BLOBS.ACL, attributes.acl())
                .set(BLOBS.SSE, Json.ofEncryption(attributes.encryption()))
                .set(BLOBS.LOCK, Json.ofLock(attributes.lock()))
                .set(BLOBS.TOMBSTONED_AT, tombstonedAt == null ? null : tombstonedAt.toEpochMilli())
                .set(BLOBS.STORAGE_CLASS, attributes.storageClass().s3Name())
                .set(BLOBS.STORAGE_TIER, attributes.storageClass().tier().name())
                .set(BLOBS.REPLICATION_STATUS, Json.ofReplication(meta.replicationStatus()));
        Row listed = Row.empty(LISTED);
        LISTED_FIELDS.forEach(field -> copy(field, row, listed));
        return row.set(BLOBS.LIST_CRC, listed.sealed().need(BLOBS.LIST_CRC)).sealed();
    }

    static BlobMeta meta(Row row) {
        return Decoding.of("blobs", () -> {
            String sha256 = row.get(BLOBS.SHA256);
            return new BlobMeta(
                    BlobPath.ofBytes(row.need(BLOBS.PATH)),
                    new Generation(row.need(BLOBS.VERSION)),
                    new BlobId(row.need(BLOBS.BLOB_ID)),
                    kind(row),
                    row.is(BLOBS.IS_LATEST),
                    row.is(BLOBS.IS_NULL_VERSION),
                    row.need(BLOBS.SIZE),
                    row.need(BLOBS.ETAG),
                    sha256 == null ? null : new Sha256(sha256),
                    nativeEtag(row),
                    Json.checksums(row.get(BLOBS.CHECKSUMS)),
                    Json.uploadParts(row.get(BLOBS.UPLOAD_PARTS)),
                    attributes(row),
                    Instant.ofEpochMilli(row.need(BLOBS.CREATED_AT)),
                    Decoding.instant(row.get(BLOBS.TOMBSTONED_AT)),
                    HlcTimestamp.ofPacked(row.need(BLOBS.HLC_TIMESTAMP)),
                    new PlacementGroup(row.integer(BLOBS.PLACEMENT_GROUP)),
                    row.need(BLOBS.HOME_REGION),
                    Json.replication(row.get(BLOBS.REPLICATION_STATUS)),
                    row.get(BLOBS.WRITE_ID));
        });
    }

    static ListedBlob listed(Row row) {
        return Decoding.of(
                "blobs",
                () -> new ListedBlob(
                        BlobPath.ofBytes(row.need(BLOBS.PATH)),
                        new Generation(row.need(BLOBS.VERSION)),
                        new BlobId(row.need(BLOBS.BLOB_ID)),
                        kind(row),
                        row.is(BLOBS.IS_LATEST),
                        row.is(BLOBS.IS_NULL_VERSION),
                        row.need(BLOBS.SIZE),
                        row.need(BLOBS.ETAG),
                        nativeEtag(row),
                        Instant.ofEpochMilli(row.need(BLOBS.CREATED_AT)),
                        Decoding.instant(row.get(BLOBS.TOMBSTONED_AT)),
                        row.need(BLOBS.OWNER),
                        new StorageClass(row.need(BLOBS.STORAGE_CLASS)),
                        Json.checksums(row.get(BLOBS.CHECKSUMS))));
    }

    private static BlobAttributes attributes(Row row) {
        return new BlobAttributes(
                Json.map(row.get(BLOBS.HEADERS)),
                Json.map(row.get(BLOBS.USER_METADATA)),
                Json.map(row.get(BLOBS.TAGS)),
                row.need(BLOBS.OWNER),
                new StorageClass(row.need(BLOBS.STORAGE_CLASS)),
                row.get(BLOBS.ACL),
                Json.encryption(row.get(BLOBS.SSE)),
                Json.lock(row.get(BLOBS.LOCK)));
    }

    private static BlobKind kind(Row row) {
        return row.need(BLOBS.KIND).equals(LIVE) ? BlobKind.LIVE : BlobKind.TOMBSTONE;
    }

    private static boolean sameAsDigest(BlobMeta meta) {
        return meta.sha256() != null && meta.nativeEtag().equals(meta.sha256().hex());
    }

    private static String nativeEtag(Row row) {
        String own = row.get(BLOBS.NATIVE_ETAG);
        return own == null ? row.need(BLOBS.SHA256) : own;
    }

    private static <T> void copy(Field<T> field, Row from, Row to) {
        to.set(field, from.get(field));
    }
}
