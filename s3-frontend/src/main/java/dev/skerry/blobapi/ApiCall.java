package dev.skerry.blobapi;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.PercentCode;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.http.ProtocolAccess;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One call: who makes it, and what it says.
 *
 * @param identity who asks; never anonymous
 * @param caller what it may do
 * @param variable the end of the path, still encoded, where the resource has a variable
 * @param query its parameters
 * @param headers its headers
 * @param body opens its body, once
 */
record ApiCall(
        Route route,
        Identity identity,
        ProtocolAccess.Caller caller,
        String variable,
        Query query,
        MultiMap headers,
        Supplier<BlobBody> body) {
    private static final int MAX_BUCKET_BYTES = 63;

    /** The first value of a header, white space around it removed. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(String::strip);
    }

    /** The path in the URL. */
    BlobPath path() {
        try {
            return path(PercentCode.decode(variable));
        } catch (IllegalArgumentException malformed) {
            throw new ApiException(
                    ApiErrorCode.INVALID_PATH,
                    "path: " + variable + " (expected: bucket/key in percent-encoded UTF-8)");
        }
    }

    /** A path as text. */
    static BlobPath path(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1) {
            throw new ApiException(ApiErrorCode.INVALID_PATH, "path: " + text + " (expected: bucket/key)");
        }
        int bucketBytes = indexOfSlash(bytes);
        int keyBytes = bytes.length - bucketBytes - 1;
        if (bucketBytes > MAX_BUCKET_BYTES || keyBytes > BlobPath.MAX_KEY_BYTES) {
            throw new ApiException(
                    ApiErrorCode.PATH_TOO_LONG,
                    "path: a bucket of " + bucketBytes + " and a key of " + keyBytes + " bytes (expected: at most "
                            + MAX_BUCKET_BYTES + " and " + BlobPath.MAX_KEY_BYTES + ")");
        }
        return BlobPath.ofBytes(bytes);
    }

    private static int indexOfSlash(byte[] bytes) {
        int slash = 0;
        while (bytes[slash] != '/') {
            slash++;
        }
        return slash;
    }
}
