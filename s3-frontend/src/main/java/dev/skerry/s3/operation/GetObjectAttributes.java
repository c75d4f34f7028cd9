package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.http.HttpDates;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * GetObjectAttributes.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html">GetObjectAttributes</a>
 */
final class GetObjectAttributes implements S3Handler {
    private static final String HEADER = "x-amz-object-attributes";
    private static final String MAX_PARTS = "x-amz-max-parts";
    private static final String MARKER = "x-amz-part-number-marker";
    private static final Set<String> KNOWN = Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");

    private final BlobStore blobs;
    private final Named named;
    private final EncryptionHeaders encryption;

    GetObjectAttributes(BlobStore blobs, Named named, EncryptionHeaders encryption) {
        this.blobs = blobs;
        this.named = named;
        this.encryption = encryption;
    }

    @Override
    public S3Response handle(S3Request request) {
        Bucket bucket = named.bucket(request);
        Set<String> wanted = wanted(request);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request), encryption.ofRead(request));
        request.access().requireSame(meta);
        Map<String, String> headers = S3Response.newHeaders();
        headers.put("Last-Modified", HttpDates.format(meta.createdAt()));
        VersionIds.ofRead(bucket, meta).ifPresent(id -> headers.put(VersionIds.HEADER, id));
        XmlElement result = new XmlElement("GetObjectAttributesResponse");
        if (wanted.contains("ETag")) {
            result.add("ETag", meta.etag());
        }
        if (wanted.contains("Checksum") && !meta.checksums().isEmpty()) {
            Checksums.addElements(meta, result.child("Checksum"));
        }
        if (wanted.contains("ObjectParts") && !meta.uploadParts().isEmpty()) {
            result.add(parts(request, meta.uploadParts()));
        }
        if (wanted.contains("StorageClass")) {
            result.add("StorageClass", meta.attributes().storageClass().s3Name());
        }
        if (wanted.contains("ObjectSize")) {
            result.add("ObjectSize", meta.sizeBytes());
        }
        return new S3Response.Xml(200, headers, result);
    }

    private static Set<String> wanted(S3Request request) {
        Set<String> wanted = new HashSet<>();
        for (String header : request.headers().getOrDefault(HEADER, List.of())) {
            for (String name : header.split(",", -1)) {
                wanted.add(name.strip());
            }
        }
        if (wanted.isEmpty() || !KNOWN.containsAll(wanted)) {
            throw Parameters.invalid(HEADER, String.join(",", wanted), "Invalid attribute name specified.");
        }
        return wanted;
    }

    private static XmlElement parts(S3Request request, List<UploadPartSummary> all) {
        int limit = request.header(MAX_PARTS)
                .map(text -> Math.min(Parameters.number(MAX_PARTS, text, Integer.MAX_VALUE), Parameters.MAX_PAGE))
                .orElse(Parameters.MAX_PAGE);
        int marker = request.header(MARKER)
                .map(text -> Parameters.number(MARKER, text, Integer.MAX_VALUE))
                .orElse(0);
        List<UploadPartSummary> left =
                all.stream().filter(part -> part.number() > marker).toList();
        List<UploadPartSummary> page = left.subList(0, Math.min(limit, left.size()));
        XmlElement parts = new XmlElement("ObjectParts")
                .add("PartsCount", all.size())
                .add("PartNumberMarker", marker)
                .add(
                        "NextPartNumberMarker",
                        page.isEmpty() ? marker : page.getLast().number())
                .add("MaxParts", limit)
                .add("IsTruncated", left.size() > page.size());
        for (UploadPartSummary part : page) {
            XmlElement entry =
                    parts.child("Part").add("PartNumber", part.number()).add("Size", part.sizeBytes());
            Checksums.addElements(part.checksums(), entry);
        }
        return parts;
    }
}
