package dev.skerry.blobapi;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.NoSuchBucket;
import dev.skerry.s3.auth.Identity;
import java.time.Instant;
import java.util.List;

/** Who may do what: root everything, a user what is in its own buckets, everyone else nothing. */
final class Access {
    private final Catalog catalog;

    Access(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The bucket of a path, which the identity may use.
     *
     * @throws StoreException with {@code NoSuchBucket}
     * @throws ApiException with {@code ACCESS_DENIED}
     */
    Bucket require(Identity identity, BlobPath path) {
        return require(identity, path.bucket());
    }

    /** As {@link #require(Identity, BlobPath)}, by the bucket's name. */
    Bucket require(Identity identity, String name) {
        Bucket bucket = catalog.bucket(name).orElseThrow(() -> new StoreException(new NoSuchBucket(name)));
        if (!mayUse(identity, bucket)) {
            throw new ApiException(ApiErrorCode.ACCESS_DENIED, "bucket " + name + " belongs to another identity");
        }
        return bucket;
    }

    /** The buckets the identity may use, by ascending name. */
    List<Bucket> usable(Identity identity) {
        return catalog.buckets().stream()
                .filter(bucket -> mayUse(identity, bucket))
                .toList();
    }

    /** Refuses everyone but root. */
    void requireRoot(Identity identity) {
        if (identity.kind() != Identity.Kind.ROOT) {
            throw new ApiException(ApiErrorCode.ACCESS_DENIED, "this is for the root identity");
        }
    }

    /**
     * Whether the identity may hear of what happened in a bucket at that time. A user hears of its own buckets only,
     * and not of what a bucket of the same name held before it was created.
     */
    boolean mayHear(Identity identity, String name, Instant at) {
        return identity.kind() == Identity.Kind.ROOT
                || catalog.bucket(name)
                        .filter(bucket -> mayUse(identity, bucket) && !at.isBefore(bucket.createdAt()))
                        .isPresent();
    }

    private static boolean mayUse(Identity identity, Bucket bucket) {
        return switch (identity.kind()) {
            case ROOT -> true;
            case USER -> bucket.ownerId().equals(identity.canonicalId());
            case ANONYMOUS -> false;
        };
    }
}
