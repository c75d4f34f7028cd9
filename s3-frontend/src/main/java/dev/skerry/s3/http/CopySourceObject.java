package dev.skerry.s3.http;

import dev.skerry.http.PercentCode;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import org.jspecify.annotations.Nullable;

/**
 * The object that a copy reads from, which the requester must be allowed to read as well.
 *
 * @param bucket its bucket
 * @param key its key
 * @param versionId the version named, or null for the current one
 */
record CopySourceObject(String bucket, String key, @Nullable String versionId) {
    static final String HEADER = "x-amz-copy-source";
    private static final String VERSION = "?versionId=";

    /**
     * The object named by the header. It is cut from the text after decoding, as the operation does, so that both mean
     * the same one.
     *
     * @throws S3Exception with InvalidArgument
     */
    static CopySourceObject of(String header) {
        int version = header.lastIndexOf(VERSION);
        String text = version < 0 ? header : header.substring(0, version);
        String versionId = version < 0 ? null : header.substring(version + VERSION.length());
        try {
            String decoded = PercentCode.decode(text);
            String path = decoded.startsWith("/") ? decoded.substring(1) : decoded;
            int slash = path.indexOf('/');
            if (slash > 0 && slash < path.length() - 1) {
                return new CopySourceObject(path.substring(0, slash), path.substring(slash + 1), versionId);
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw S3Exception.of(
                S3ErrorCode.INVALID_ARGUMENT,
                "Invalid copy source object key",
                "ArgumentName",
                HEADER,
                "ArgumentValue",
                header);
    }
}
