package dev.skerry.s3.operation;

import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.OwnershipControls;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;

/** GetBucketOwnershipControls, PutBucketOwnershipControls, DeleteBucketOwnershipControls. */
final class BucketOwnership {
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024;

    private final Buckets buckets;
    private final Named named;
    private final BucketAccessReader reader;

    BucketOwnership(Buckets buckets, Named named, BucketAccessReader reader) {
        this.buckets = buckets;
        this.named = named;
        this.reader = reader;
    }

    /** GetBucketOwnershipControls. */
    S3Response get(S3Request request) {
        Bucket bucket = named.bucket(request);
        return reader.shownOwnership(bucket)
                .map(OwnershipControls::write)
                .map(S3Response::ok)
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.OWNERSHIP_CONTROLS_NOT_FOUND,
                        S3ErrorCode.OWNERSHIP_CONTROLS_NOT_FOUND.message(),
                        Map.of("BucketName", bucket.name())));
    }

    /** PutBucketOwnershipControls. To enforce the owner, the bucket's list must let in nobody else. */
    S3Response put(S3Request request) {
        Ownership ownership =
                OwnershipControls.read(Documents.read(request, OwnershipControls.ROOT, MAX_DOCUMENT_BYTES));
        BucketAccess access = reader.of(named.bucket(request));
        if (!ownership.listsCount() && !access.accessList().isOwnerAlone(access.ownerId())) {
            throw new S3Exception(S3ErrorCode.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP);
        }
        buckets.configure(access.bucket(), ConfigurationKind.OWNERSHIP, OwnershipControls.name(ownership));
        return S3Response.ok();
    }

    /** DeleteBucketOwnershipControls: what is written belongs to its writer from then on. */
    S3Response delete(S3Request request) {
        buckets.configure(named.bucket(request).name(), ConfigurationKind.OWNERSHIP, BucketAccessReader.DELETED);
        return S3Response.noContent();
    }
}
