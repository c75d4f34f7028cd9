package dev.skerry.s3.http;

import dev.skerry.http.PercentCode;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.Map;

/** Finds the bucket that a copy reads from, which the requester must be allowed to read as well. */
final class CopySourceBucket {
    static final String HEADER = "x-amz-copy-source";

    private CopySourceBucket() {}

    /**
     * The bucket named by the header. It is cut from the text after decoding, as the operation does, so that both mean
     * the same one.
     *
     * @throws S3Exception with InvalidArgument
     */
    static String of(String header) {
        int version = header.lastIndexOf("?versionId=");
        String text = version < 0 ? header : header.substring(0, version);
        try {
            String decoded = PercentCode.decode(text);
            String path = decoded.startsWith("/") ? decoded.substring(1) : decoded;
            int slash = path.indexOf('/');
            if (slash > 0) {
                return path.substring(0, slash);
            }
        } catch (IllegalArgumentException _) {
            // answered below
        }
        throw new S3Exception(
                S3ErrorCode.INVALID_ARGUMENT,
                "Invalid copy source object key",
                Map.of("ArgumentName", HEADER, "ArgumentValue", header));
    }
}
