package dev.skerry.s3.operation;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Map;

/**
 * ListParts.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html">ListParts</a>
 */
final class ListParts implements S3Handler {
    private static final String MARKER = "part-number-marker";

    private final Uploads uploads;
    private final Named named;
    private final Owners owners;
    private final Expirations expirations;

    ListParts(Uploads uploads, Named named, Owners owners, Expirations expirations) {
        this.uploads = uploads;
        this.named = named;
        this.owners = owners;
        this.expirations = expirations;
    }

    @Override
    public S3Response handle(S3Request request) {
        Bucket bucket = named.bucket(request);
        int limit = Parameters.pageSize(request, "max-parts");
        int marker = request.query(MARKER)
                .filter(text -> !text.isEmpty())
                .map(text -> Parameters.number(MARKER, text, Integer.MAX_VALUE))
                .orElse(0);
        Upload upload = uploads.find(request.path(), UploadPart.uploadId(request));
        var found = uploads.parts(request.path(), UploadPart.uploadId(request), marker, limit + 1);
        boolean truncated = limit > 0 && found.size() > limit;
        var parts = found.subList(0, Math.min(limit, found.size()));
        XmlElement result = new XmlElement("ListPartsResult")
                .add("Bucket", bucket.name())
                .add("Key", upload.path().key())
                .add("UploadId", upload.uploadId().value())
                .add(owners.initiator(upload.initiatorId()))
                .add(owners.in(bucket).owner(upload.attributes().ownerId()))
                .add("StorageClass", upload.attributes().storageClass().s3Name())
                .add("PartNumberMarker", marker)
                .add(
                        "NextPartNumberMarker",
                        parts.isEmpty() ? marker : parts.getLast().number())
                .add("MaxParts", limit)
                .add("IsTruncated", truncated);
        addChecksum(upload, result);
        addParts(parts, result);
        Map<String, String> headers = S3Response.newHeaders();
        expirations.add(bucket, upload, headers);
        return new S3Response.Xml(200, headers, result);
    }

    /** How an upload was begun, in listings. */
    static void addChecksum(Upload upload, XmlElement result) {
        ChecksumAlgorithm algorithm = upload.checksumAlgorithm();
        Checksum.Type type = upload.checksumType();
        if (algorithm != null) {
            result.add("ChecksumAlgorithm", algorithm.name());
        }
        if (type != null) {
            result.add("ChecksumType", type.name());
        }
    }

    private static void addParts(List<Command.UploadPart> parts, XmlElement result) {
        for (var part : parts) {
            XmlElement entry = result.child("Part")
                    .add("PartNumber", part.number())
                    .add("LastModified", Times.iso(part.uploadedAt()))
                    .add("ETag", ETags.quoted(part.etag()))
                    .add("Size", part.sizeBytes());
            Checksums.addElements(part.checksums(), entry);
        }
    }
}
