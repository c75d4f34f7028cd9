package dev.skerry.s3.operation;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.http.HttpDates;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What reads show of an object besides its bytes. */
final class ObjectHeaders {
    private static final String DEFAULT_CONTENT_TYPE = "binary/octet-stream";

    private static final String CONTENT_TYPE = "Content-Type";

    /** HTTP's own headers by the names kept, as S3 writes them. */
    private static final Map<String, String> SHOWN = Map.of(
            "content-type", CONTENT_TYPE,
            "content-language", "Content-Language",
            "expires", "Expires",
            "cache-control", "Cache-Control",
            "content-disposition", "Content-Disposition",
            "content-encoding", "Content-Encoding");

    /** The overrides of a GET: query parameter, then header. */
    private static final Map<String, String> OVERRIDES = Map.of(
            "response-content-type", CONTENT_TYPE,
            "response-content-language", "Content-Language",
            "response-expires", "Expires",
            "response-cache-control", "Cache-Control",
            "response-content-disposition", "Content-Disposition",
            "response-content-encoding", "Content-Encoding");

    private ObjectHeaders() {}

    /** What a 304 carries, and every other answer too. */
    static Map<String, String> identifying(Bucket bucket, BlobMeta meta) {
        Map<String, String> headers = S3Response.newHeaders();
        headers.put("ETag", ETags.quoted(meta.etag()));
        headers.put("Last-Modified", HttpDates.format(meta.createdAt()));
        VersionIds.ofRead(bucket, meta).ifPresent(id -> headers.put(VersionIds.HEADER, id));
        BlobAttributes attributes = meta.attributes();
        for (String name : new String[] {"cache-control", "expires"}) {
            String value = attributes.headers().get(name);
            if (value != null) {
                headers.put(SHOWN.getOrDefault(name, name), value);
            }
        }
        return headers;
    }

    /** Everything a read of an object shows, but user metadata, length and range. */
    static Map<String, String> of(Bucket bucket, BlobMeta meta) {
        Map<String, String> headers = identifying(bucket, meta);
        BlobAttributes attributes = meta.attributes();
        headers.put("Accept-Ranges", "bytes");
        headers.put(CONTENT_TYPE, DEFAULT_CONTENT_TYPE);
        attributes.headers().forEach((name, value) -> headers.put(SHOWN.getOrDefault(name, name), value));
        if (!attributes.storageClass().equals(StorageClass.STANDARD)) {
            headers.put("x-amz-storage-class", attributes.storageClass().s3Name());
        }
        if (!attributes.tags().isEmpty()) {
            headers.put(
                    "x-amz-tagging-count", Integer.toString(attributes.tags().size()));
        }
        ObjectLockHeaders.add(meta, headers);
        EncryptionHeaders.add(attributes.encryption(), headers);
        return headers;
    }

    /**
     * Puts the overrides of a GET in place.
     *
     * @throws S3Exception with InvalidRequest for an anonymous request, with InvalidArgument for a value that no header
     *     can have
     */
    static void override(S3Request request, Map<String, String> headers) {
        for (Map.Entry<String, String> override : OVERRIDES.entrySet()) {
            request.query(override.getKey()).filter(value -> !value.isEmpty()).ifPresent(value -> {
                if (request.identity().kind() == Identity.Kind.ANONYMOUS) {
                    throw new S3Exception(
                            S3ErrorCode.INVALID_REQUEST,
                            "Request specific response headers cannot be used for anonymous GET requests.");
                }
                headers.put(override.getValue(), headerValue(override.getKey(), value));
            });
        }
    }

    /** Text as a header carries it: UTF-8 bytes shown as ISO 8859-1, and no line of its own. */
    private static String headerValue(String parameter, String value) {
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "Header value cannot contain control characters",
                    Map.of("ArgumentName", parameter));
        }
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
