package dev.skerry.s3.operation;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.StorageClass;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the headers of a write say of the object: system headers, user metadata, tags, storage class, lock. */
final class WrittenAttributes {
    /** Where the website endpoint sends whoever asks for the object. */
    static final String REDIRECT = "x-amz-website-redirect-location";

    private static final String STORAGE_CLASS = "x-amz-storage-class";
    private static final String CONTENT_ENCODING = "content-encoding";
    private static final Pattern STORAGE_CLASS_NAME = Pattern.compile("[A-Z][A-Z0-9_-]{0,63}");
    private static final List<String> KEPT =
            List.of("content-type", "cache-control", "content-disposition", "content-language", "expires");

    private WrittenAttributes() {}

    /** Everything a write's headers say, and who has access. */
    static BlobAttributes of(S3Request request, WrittenAccess.Access access, UserMetadata metadata) {
        return new BlobAttributes(
                systemHeaders(request),
                metadata.read(request),
                Tags.ofHeader(request),
                access.ownerId(),
                storageClass(request),
                access.acl(),
                null,
                ObjectLockHeaders.of(request));
    }

    private static Map<String, String> systemHeaders(S3Request request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : KEPT) {
            request.header(name).filter(value -> !value.isEmpty()).ifPresent(value -> headers.put(name, value));
        }
        List<String> encodings = request.headers().getOrDefault(CONTENT_ENCODING, List.of());
        String encoding = withoutChunking(String.join(",", encodings));
        if (!encoding.isEmpty()) {
            headers.put(CONTENT_ENCODING, encoding);
        }
        request.header(REDIRECT).ifPresent(target -> headers.put(REDIRECT, requireRedirect(target)));
        return headers;
    }

    /** {@code aws-chunked} is the framing of the upload, not of the object. */
    static String withoutChunking(String contentEncoding) {
        List<String> kept = new ArrayList<>();
        for (String encoding : contentEncoding.split(",", -1)) {
            String name = encoding.strip();
            if (!name.isEmpty() && !name.equalsIgnoreCase("aws-chunked")) {
                kept.add(name);
            }
        }
        return String.join(", ", kept);
    }

    private static String requireRedirect(String target) {
        if (!target.startsWith("/") && !target.startsWith("http://") && !target.startsWith("https://")) {
            throw new S3Exception(S3ErrorCode.INVALID_REDIRECT_LOCATION);
        }
        return target;
    }

    /** The storage class a write names. */
    static StorageClass storageClass(S3Request request) {
        String name = request.header(STORAGE_CLASS).orElse(StorageClass.STANDARD.s3Name());
        if (!STORAGE_CLASS_NAME.matcher(name).matches()) {
            throw S3Exception.of(
                    S3ErrorCode.INVALID_STORAGE_CLASS,
                    S3ErrorCode.INVALID_STORAGE_CLASS.message(),
                    "StorageClassRequested",
                    name);
        }
        return new StorageClass(name);
    }
}
