package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.UPLOADS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PART_FILES;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import java.time.Instant;
import java.util.List;

/** Rows of multipart uploads under way. */
final class UploadRows {
    static final Columns ALL = Columns.ofTable("uploads", UPLOADS.fields(), UPLOADS.ROW_CRC);
    static final Columns PARTS = Columns.ofTable("upload_parts", UPLOAD_PARTS.fields(), UPLOAD_PARTS.ROW_CRC);
    static final Columns FILES =
            Columns.ofTable("upload_part_files", UPLOAD_PART_FILES.fields(), UPLOAD_PART_FILES.ROW_CRC);

    private UploadRows() {}

    static Row of(Upload upload) {
        BlobAttributes attributes = upload.attributes();
        ChecksumAlgorithm algorithm = upload.checksumAlgorithm();
        Checksum.Type type = upload.checksumType();
        return Row.empty(ALL)
                .set(UPLOADS.UPLOAD_ID, upload.uploadId().value())
                .set(UPLOADS.PATH, upload.path().toBytes())
                .set(UPLOADS.USER_METADATA, Json.ofMap(attributes.userMetadata()))
                .set(UPLOADS.HEADERS, Json.ofMap(attributes.headers()))
                .set(UPLOADS.TAGS, Json.ofMap(attributes.tags()))
                .set(UPLOADS.OWNER, attributes.ownerId())
                .set(UPLOADS.STORAGE_CLASS, attributes.storageClass().s3Name())
                .set(UPLOADS.ACL, attributes.acl())
                .set(UPLOADS.SSE, Json.ofEncryption(attributes.encryption()))
                .set(UPLOADS.LOCK, Json.ofLock(attributes.lock()))
                .set(UPLOADS.INITIATOR, upload.initiatorId())
                .set(UPLOADS.CHECKSUM_ALGORITHM, algorithm == null ? null : algorithm.name())
                .set(UPLOADS.CHECKSUM_TYPE, type == null ? null : type.name())
                .set(UPLOADS.INITIATED_AT, upload.initiatedAt().toEpochMilli())
                .sealed();
    }

    static Upload upload(Row row) {
        return Decoding.of("uploads", () -> {
            String algorithm = row.get(UPLOADS.CHECKSUM_ALGORITHM);
            String type = row.get(UPLOADS.CHECKSUM_TYPE);
            return new Upload(
                    new BlobId(row.need(UPLOADS.UPLOAD_ID)),
                    BlobPath.ofBytes(row.need(UPLOADS.PATH)),
                    new BlobAttributes(
                            Json.map(row.get(UPLOADS.HEADERS)),
                            Json.map(row.get(UPLOADS.USER_METADATA)),
                            Json.map(row.get(UPLOADS.TAGS)),
                            row.need(UPLOADS.OWNER),
                            new StorageClass(row.need(UPLOADS.STORAGE_CLASS)),
                            row.get(UPLOADS.ACL),
                            Json.encryption(row.get(UPLOADS.SSE)),
                            Json.lock(row.get(UPLOADS.LOCK))),
                    row.need(UPLOADS.INITIATOR),
                    algorithm == null ? null : ChecksumAlgorithm.valueOf(algorithm),
                    type == null ? null : Checksum.Type.valueOf(type),
                    Instant.ofEpochMilli(row.need(UPLOADS.INITIATED_AT)));
        });
    }

    static Row of(BlobId uploadId, UploadPart part) {
        return Row.empty(PARTS)
                .set(UPLOAD_PARTS.UPLOAD_ID, uploadId.value())
                .set(UPLOAD_PARTS.NUMBER, (long) part.number())
                .set(UPLOAD_PARTS.FOLDER, part.folder().value())
                .set(UPLOAD_PARTS.SIZE, part.sizeBytes())
                .set(UPLOAD_PARTS.ETAG, part.etag())
                .set(UPLOAD_PARTS.CHECKSUMS, Json.ofChecksums(part.checksums()))
                .set(UPLOAD_PARTS.FILES, (long) part.parts().size())
                .set(UPLOAD_PARTS.UPLOADED_AT, part.uploadedAt().toEpochMilli())
                .sealed();
    }

    static Row of(BlobId uploadId, int number, PartRef file) {
        return Row.empty(FILES)
                .set(UPLOAD_PART_FILES.UPLOAD_ID, uploadId.value())
                .set(UPLOAD_PART_FILES.NUMBER, (long) number)
                .set(UPLOAD_PART_FILES.IDX, (long) file.index())
                .set(UPLOAD_PART_FILES.OFFSET, file.offsetBytes())
                .set(UPLOAD_PART_FILES.LENGTH, file.lengthBytes())
                .set(UPLOAD_PART_FILES.STORED_LENGTH, file.storedLengthBytes())
                .set(UPLOAD_PART_FILES.SHA256, file.sha256().hex())
                .set(UPLOAD_PART_FILES.CODEC, file.codec())
                .set(UPLOAD_PART_FILES.FOLDER, file.place().folder().value())
                .set(UPLOAD_PART_FILES.FILE_INDEX, (long) file.place().fileIndex())
                .set(
                        UPLOAD_PART_FILES.UPLOAD_PART,
                        file.uploadPart() == null ? null : file.uploadPart().longValue())
                .set(UPLOAD_PART_FILES.BLOCK_CHECKSUMS, file.blockChecksums())
                .sealed();
    }

    /** A part with its files, which must be all there. */
    static UploadPart part(Row row, List<Row> files) {
        if (files.size() != row.need(UPLOAD_PARTS.FILES)) {
            throw SqliteFailures.damaged(
                    "upload_part_files",
                    files.size() + " files of a part (expected: " + row.need(UPLOAD_PARTS.FILES) + ")");
        }
        return Decoding.of(
                "upload_parts",
                () -> new UploadPart(
                        row.integer(UPLOAD_PARTS.NUMBER),
                        new BlobId(row.need(UPLOAD_PARTS.FOLDER)),
                        row.need(UPLOAD_PARTS.SIZE),
                        row.need(UPLOAD_PARTS.ETAG),
                        Json.checksums(row.get(UPLOAD_PARTS.CHECKSUMS)),
                        files.stream().map(UploadRows::file).toList(),
                        Instant.ofEpochMilli(row.need(UPLOAD_PARTS.UPLOADED_AT))));
    }

    private static PartRef file(Row row) {
        Long uploadPart = row.get(UPLOAD_PART_FILES.UPLOAD_PART);
        return new PartRef(
                row.integer(UPLOAD_PART_FILES.IDX),
                row.need(UPLOAD_PART_FILES.OFFSET),
                row.need(UPLOAD_PART_FILES.LENGTH),
                row.need(UPLOAD_PART_FILES.STORED_LENGTH),
                new Sha256(row.need(UPLOAD_PART_FILES.SHA256)),
                row.need(UPLOAD_PART_FILES.CODEC),
                new PartRef.Place(
                        new BlobId(row.need(UPLOAD_PART_FILES.FOLDER)), row.integer(UPLOAD_PART_FILES.FILE_INDEX)),
                uploadPart == null ? null : Math.toIntExact(uploadPart),
                row.need(UPLOAD_PART_FILES.BLOCK_CHECKSUMS));
    }
}
