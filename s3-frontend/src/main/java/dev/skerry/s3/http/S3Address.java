package dev.skerry.s3.http;

import dev.skerry.http.PercentCode;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is addressed to.
 *
 * @param bucket or null for the service
 * @param key or null for the bucket or the service; not normalised, never empty
 * @param inHost whether the bucket is a part of the host
 */
record S3Address(@Nullable String bucket, @Nullable String key, boolean inHost) {
    /**
     * Finds bucket and key: the bucket is the first label of the host where the rest is one of the domains, else the
     * first segment of the path.
     *
     * @param host the Host header; empty where there is none
     * @param rawPath still encoded
     * @throws S3Exception with InvalidURI or InvalidBucketName
     */
    static S3Address of(String host, String rawPath, List<String> domains) {
        if (!rawPath.startsWith("/")) {
            throw invalid(rawPath);
        }
        String rest = rawPath.substring(1);
        @Nullable String virtual = HostedBuckets.of(host, domains);
        if (virtual != null) {
            return new S3Address(virtual, rest.isEmpty() ? null : decode(rest, rawPath), true);
        }
        if (rest.isEmpty()) {
            return new S3Address(null, null, false);
        }
        int slash = rest.indexOf('/');
        String bucket = decode(slash < 0 ? rest : rest.substring(0, slash), rawPath);
        if (bucket.isEmpty() || bucket.indexOf('/') >= 0) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_BUCKET_NAME,
                    S3ErrorCode.INVALID_BUCKET_NAME.message(),
                    Map.of("BucketName", bucket));
        }
        String key = slash < 0 ? "" : decode(rest.substring(slash + 1), rawPath);
        return new S3Address(bucket, key.isEmpty() ? null : key, false);
    }

    /** That object of the bucket. */
    S3Address withKey(String newKey) {
        return new S3Address(bucket, newKey, inHost);
    }

    S3Operation.Resource resource() {
        if (bucket == null) {
            return S3Operation.Resource.SERVICE;
        }
        return key == null ? S3Operation.Resource.BUCKET : S3Operation.Resource.OBJECT;
    }

    private static String decode(String raw, String rawPath) {
        try {
            return PercentCode.decode(raw);
        } catch (IllegalArgumentException broken) {
            S3Exception refusal = invalid(rawPath);
            refusal.initCause(broken);
            throw refusal;
        }
    }

    private static S3Exception invalid(String rawPath) {
        return new S3Exception(S3ErrorCode.INVALID_URI, S3ErrorCode.INVALID_URI.message(), Map.of("URI", rawPath));
    }
}
