package dev.skerry.s3.operation;

import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.Retention;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Optional;

/** GetObjectRetention, PutObjectRetention, GetObjectLegalHold, PutObjectLegalHold. */
final class ObjectLocks {
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024;

    private final BlobStore blobs;
    private final Named named;

    ObjectLocks(BlobStore blobs, Named named) {
        this.blobs = blobs;
        this.named = named;
    }

    /** GetObjectRetention. */
    S3Response getRetention(S3Request request) {
        Retention retention = lock(request).map(BlobLock::retention).orElseThrow(ObjectLocks::neverLocked);
        return S3Response.ok(ObjectLockDocuments.document(retention));
    }

    /** PutObjectRetention; an empty document lifts it. */
    S3Response putRetention(S3Request request) {
        lockable(request);
        Retention retention = ObjectLockDocuments.retention(
                Documents.read(request, ObjectLockDocuments.RETENTION, MAX_DOCUMENT_BYTES));
        request.access().requireLock(ObjectLockHeaders.of(retention));
        blobs.setRetention(
                request.path(),
                VersionIds.toChange(request, blobs),
                retention,
                ObjectLockHeaders.bypassesGovernance(request));
        return S3Response.ok();
    }

    /** GetObjectLegalHold. */
    S3Response getLegalHold(S3Request request) {
        LegalHold legalHold = lock(request).map(BlobLock::legalHold).orElseThrow(ObjectLocks::neverLocked);
        return S3Response.ok(ObjectLockDocuments.document(legalHold));
    }

    /** PutObjectLegalHold. */
    S3Response putLegalHold(S3Request request) {
        lockable(request);
        LegalHold legalHold = ObjectLockDocuments.legalHold(
                Documents.read(request, ObjectLockDocuments.LEGAL_HOLD, MAX_DOCUMENT_BYTES));
        request.access().requireLock(ObjectLockHeaders.of(legalHold));
        blobs.setLegalHold(request.path(), VersionIds.toChange(request, blobs), legalHold);
        return S3Response.ok();
    }

    private Optional<BlobLock> lock(S3Request request) {
        lockable(request);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request));
        request.access().requireSame(meta);
        return Optional.ofNullable(meta.attributes().lock());
    }

    /** Refuses where the bucket has no object lock: S3 says so before it says anything of the object. */
    private void lockable(S3Request request) {
        Bucket bucket = named.bucket(request);
        if (bucket.objectLock().isEmpty()) {
            throw new S3Exception(S3ErrorCode.INVALID_REQUEST, "Bucket is missing Object Lock Configuration");
        }
    }

    private static S3Exception neverLocked() {
        return new S3Exception(S3ErrorCode.NO_SUCH_OBJECT_LOCK_CONFIGURATION);
    }
}
