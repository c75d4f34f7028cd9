package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.ObjectLockConfig;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;

/** GetObjectLockConfiguration, PutObjectLockConfiguration. */
final class BucketObjectLock {
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024;

    private final Buckets buckets;
    private final Named named;

    BucketObjectLock(Buckets buckets, Named named) {
        this.buckets = buckets;
        this.named = named;
    }

    /** GetObjectLockConfiguration. */
    S3Response get(S3Request request) {
        ObjectLockConfig configuration = named.bucket(request)
                .objectLock()
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.OBJECT_LOCK_CONFIGURATION_NOT_FOUND,
                        S3ErrorCode.OBJECT_LOCK_CONFIGURATION_NOT_FOUND.message(),
                        Map.of("BucketName", Named.name(request))));
        return S3Response.ok(ObjectLockDocuments.document(configuration));
    }

    /** PutObjectLockConfiguration: also gives object lock to a bucket that was created without, if it is versioned. */
    S3Response put(S3Request request) {
        ObjectLockConfig configuration = ObjectLockDocuments.configuration(
                Documents.read(request, ObjectLockDocuments.CONFIGURATION, MAX_DOCUMENT_BYTES));
        buckets.setObjectLock(Named.name(request), configuration);
        return S3Response.ok();
    }
}
