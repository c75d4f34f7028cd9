package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.BLOB_INLINE;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_PARTS;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.encryption.FrameCipher;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Rows of {@code blob_parts} and {@code blob_inline}: where a generation's bytes are. */
final class PartRows {
    static final Columns PARTS = Columns.ofTable("blob_parts", BLOB_PARTS.fields(), BLOB_PARTS.ROW_CRC);
    static final Columns BODY = Columns.ofTable("blob_inline", BLOB_INLINE.fields(), BLOB_INLINE.ROW_CRC);

    private PartRows() {}

    static Row of(BlobId blobId, PartRef part) {
        return Row.empty(PARTS)
                .set(BLOB_PARTS.BLOB_ID, blobId.value())
                .set(BLOB_PARTS.IDX, (long) part.index())
                .set(BLOB_PARTS.OFFSET, part.offsetBytes())
                .set(BLOB_PARTS.LENGTH, part.lengthBytes())
                .set(BLOB_PARTS.STORED_LENGTH, part.storedLengthBytes())
                .set(BLOB_PARTS.SHA256, part.sha256().hex())
                .set(BLOB_PARTS.CODEC, part.codec())
                .set(BLOB_PARTS.FOLDER, part.place().folder().value())
                .set(BLOB_PARTS.FILE_INDEX, (long) part.place().fileIndex())
                .set(
                        BLOB_PARTS.UPLOAD_PART,
                        part.uploadPart() == null ? null : part.uploadPart().longValue())
                .set(BLOB_PARTS.BLOCK_CHECKSUMS, part.blockChecksums())
                .sealed();
    }

    static Row of(BlobId blobId, BlobContent.Inline body) {
        return Row.empty(BODY)
                .set(BLOB_INLINE.BLOB_ID, blobId.value())
                .set(BLOB_INLINE.BODY, body.bytes())
                .set(BLOB_INLINE.CRC32C, Integer.toUnsignedLong(body.crc32c()))
                .sealed();
    }

    /** The parts of a generation; they must be all there, without a gap, and as long together as it is. */
    static BlobContent parts(BlobMeta meta, List<Row> rows) {
        List<PartRef> parts = new ArrayList<>(rows.size());
        long offset = 0;
        for (Row row : rows) {
            PartRef part = Decoding.of("blob_parts", () -> part(row));
            if (part.index() != parts.size() || part.offsetBytes() != offset) {
                throw SqliteFailures.damaged("blob_parts", meta.blobId() + " lacks part " + parts.size());
            }
            offset += part.lengthBytes();
            parts.add(part);
        }
        if (offset != meta.sizeBytes()) {
            throw SqliteFailures.damaged(
                    "blob_parts",
                    meta.blobId() + " has " + offset + " bytes in parts (expected: " + meta.sizeBytes() + ")");
        }
        return new BlobContent.Parts(parts);
    }

    /**
     * The body of a generation; it must be its own, and have the length, sealed or not, and the checksum that it had.
     * Its SHA-256 is not computed: that would take longer than all else a small read does.
     */
    static BlobContent inline(BlobMeta meta, Row row) {
        byte[] body = row.need(BLOB_INLINE.BODY);
        int crc32c = row.need(BLOB_INLINE.CRC32C).intValue();
        CRC32C actual = new CRC32C();
        actual.update(body);
        boolean itsOwn = row.need(BLOB_INLINE.BLOB_ID).equals(meta.blobId().value());
        long stored =
                meta.attributes().encryption() == null ? meta.sizeBytes() : FrameCipher.storedBytes(meta.sizeBytes());
        if (!itsOwn || body.length != stored || (int) actual.getValue() != crc32c) {
            throw SqliteFailures.damaged("blob_inline", "the body of " + meta.blobId() + " is not the one written");
        }
        return new BlobContent.Inline(body, crc32c);
    }

    private static PartRef part(Row row) {
        Long uploadPart = row.get(BLOB_PARTS.UPLOAD_PART);
        return new PartRef(
                row.integer(BLOB_PARTS.IDX),
                row.need(BLOB_PARTS.OFFSET),
                row.need(BLOB_PARTS.LENGTH),
                row.need(BLOB_PARTS.STORED_LENGTH),
                new Sha256(row.need(BLOB_PARTS.SHA256)),
                row.need(BLOB_PARTS.CODEC),
                new PartRef.Place(new BlobId(row.need(BLOB_PARTS.FOLDER)), row.integer(BLOB_PARTS.FILE_INDEX)),
                uploadPart == null ? null : Math.toIntExact(uploadPart),
                row.need(BLOB_PARTS.BLOCK_CHECKSUMS));
    }
}
