package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;

/** The buckets that requests name. */
final class Named {
    private final Buckets buckets;

    Named(Buckets buckets) {
        this.buckets = buckets;
    }

    /** The name in a request of a bucket or object operation. */
    static String name(S3Request request) {
        return request.bucket().orElseThrow(() -> new S3Exception(S3ErrorCode.INVALID_REQUEST, "No bucket is named."));
    }

    /** The bucket of a request; throws with {@code NoSuchBucket}. */
    Bucket bucket(S3Request request) {
        return buckets.require(name(request));
    }

    /**
     * The bucket a copy reads from; that the caller may read there was seen to before.
     *
     * @throws S3Exception with AccessDenied where it is not the one the caller takes it for
     */
    Bucket source(S3Request request, CopySource source) {
        Bucket bucket = buckets.require(source.path().bucket());
        request.header("x-amz-source-expected-bucket-owner")
                .filter(expected -> !expected.equals(bucket.ownerId()))
                .ifPresent(_ -> {
                    throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
                });
        return bucket;
    }
}
