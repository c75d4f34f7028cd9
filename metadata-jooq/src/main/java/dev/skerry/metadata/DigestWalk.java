package dev.skerry.metadata;

import static dev.skerry.metadata.schema.catalog.Tables.BUCKETS;
import static dev.skerry.metadata.schema.catalog.Tables.DOCUMENTS;
import static dev.skerry.metadata.schema.catalog.Tables.ROOT_CREDENTIALS;
import static dev.skerry.metadata.schema.slot.Tables.BLOBS;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_INLINE;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOADS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PART_FILES;
import static org.jooq.impl.DSL.select;

import dev.skerry.blob.commit.RowDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * Adds up every row that says what is stored. Not what is to be deleted and what happened: nobody reads that as what is
 * stored.
 */
final class DigestWalk {
    /** What blobs and uploads a slot has. */
    static final DigestWalk SLOT = new DigestWalk(
            of(BLOBS, BlobRows.ALL, BLOBS.ROW_CRC, BLOBS.PATH, BLOBS.VERSION, BLOBS.BLOB_ID, BLOBS.KIND, BLOBS.SHA256),
            of(
                    BLOB_PARTS,
                    PartRows.PARTS,
                    BLOB_PARTS.ROW_CRC,
                    BLOB_PARTS.BLOB_ID,
                    BLOB_PARTS.IDX,
                    BLOB_PARTS.FOLDER,
                    BLOB_PARTS.FILE_INDEX,
                    BLOB_PARTS.SHA256),
            of(BLOB_INLINE, PartRows.BODY, BLOB_INLINE.ROW_CRC, BLOB_INLINE.BLOB_ID, BLOB_INLINE.CRC32C),
            of(UPLOADS, UploadRows.ALL, UPLOADS.ROW_CRC, UPLOADS.UPLOAD_ID, UPLOADS.PATH),
            of(
                    UPLOAD_PARTS,
                    UploadRows.PARTS,
                    UPLOAD_PARTS.ROW_CRC,
                    UPLOAD_PARTS.UPLOAD_ID,
                    UPLOAD_PARTS.NUMBER,
                    UPLOAD_PARTS.ETAG),
            of(
                    UPLOAD_PART_FILES,
                    UploadRows.FILES,
                    UPLOAD_PART_FILES.ROW_CRC,
                    UPLOAD_PART_FILES.UPLOAD_ID,
                    UPLOAD_PART_FILES.NUMBER,
                    UPLOAD_PART_FILES.IDX,
                    UPLOAD_PART_FILES.SHA256));

    /** Buckets, documents and the root identity, whose secret counts by its row's checksum. */
    static final DigestWalk CATALOG = new DigestWalk(
            of(BUCKETS, CatalogRows.BUCKET, BUCKETS.ROW_CRC, BUCKETS.NAME, BUCKETS.HLC_TIMESTAMP, BUCKETS.EPOCH),
            of(DOCUMENTS, CatalogRows.DOCUMENT, DOCUMENTS.ROW_CRC, DOCUMENTS.NAME, DOCUMENTS.REVISION, DOCUMENTS.TEXT),
            of(ROOT_CREDENTIALS, CatalogRows.ROOT, ROOT_CREDENTIALS.ROW_CRC, ROOT_CREDENTIALS.ACCESS_KEY));

    private final List<Digested> tables;

    /**
     * A table whose rows are added up.
     *
     * @param crc the checksum over all of a row
     * @param key the columns that are taken as they are, the first of which says which slotlet a row belongs to
     */
    private record Digested(String name, Sql walk, Field<Long> crc, List<Field<?>> key) {}

    private DigestWalk(Digested... tables) {
        this.tables = List.of(tables);
    }

    private static Digested of(Table<?> table, Columns columns, Field<Long> crc, Field<?>... key) {
        return new Digested(
                table.getName(), Sql.query(columns, select(columns.fields()).from(table)), crc, List.of(key));
    }

    /** What the connection sees; throws with {@code Corrupt} where a row is not what was written. */
    RowDigest of(Statements statements) {
        RowDigest.Sum sum = new RowDigest.Sum();
        for (Digested table : tables) {
            statements.eachAsIs(row -> add(sum, table, row.verified()), table.walk);
        }
        return sum.done();
    }

    private static void add(RowDigest.Sum sum, Digested table, Row row) {
        List<@Nullable Object> fields = new ArrayList<>(table.key.size() + 2);
        fields.add(table.name);
        fields.add(row.need(table.crc));
        table.key.forEach(field -> fields.add(row.get(field)));
        Object first = row.need(table.key.getFirst());
        sum.add(first instanceof byte[] bytes ? bytes : first.toString().getBytes(StandardCharsets.UTF_8), fields);
    }
}
