package dev.skerry.blobapi;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.NoSuchBucket;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Operation;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: root everything, everyone else what the bucket's policy, ownership and access lists allow for the
 * operation of S3 that does the same. What concerns no single bucket shows the caller's own buckets only.
 */
final class Access {
    private final Catalog catalog;

    Access(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * A call that was allowed on a path.
     *
     * @param bucket the path's
     * @param judged the blob that was looked at to decide, if one was
     */
    record Allowed(
            ApiCall call,
            S3Operation operation,
            Bucket bucket,
            @Nullable VersionSelector selector,
            Optional<BlobId> judged) {
        /** Refuses where the blob that was opened is not the one that was looked at, and is out of bounds. */
        void requireSame(BlobMeta opened) {
            refusing(bucket, () -> {
                call.caller().requireSame(operation, bucket, selector, judged, opened);
                return opened;
            });
        }
    }

    /**
     * Refuses where the caller may not do what the operation does.
     *
     * @param selector the generation asked for, or null for the current version
     * @throws StoreException with {@code NoSuchBucket}; with {@code NoSuchBlob} or {@code NoSuchVersion} where nothing
     *     is there and the caller may know
     * @throws ApiException with {@code ACCESS_DENIED}
     */
    Allowed require(ApiCall call, S3Operation operation, BlobPath path, @Nullable VersionSelector selector) {
        Bucket bucket = bucket(path.bucket());
        Optional<BlobId> judged =
                refusing(bucket, () -> call.caller().require(operation, bucket, path.key(), selector));
        return new Allowed(call, operation, bucket, selector, judged);
    }

    /** Refuses where the caller may not list what begins so; throws as {@link #require} does. */
    Bucket requireListing(ApiCall call, S3Operation operation, String name, String keyPrefix, String delimiter) {
        Bucket bucket = bucket(name);
        return refusing(bucket, () -> {
            call.caller().requireListing(operation, bucket, keyPrefix, delimiter);
            return bucket;
        });
    }

    /** The caller's own buckets that it may list, by ascending name; all of them for root. */
    List<Bucket> usable(ApiCall call, S3Operation operation) {
        return catalog.buckets().stream()
                .filter(bucket -> owns(call, bucket) && call.caller().may(operation, bucket))
                .toList();
    }

    /** Refuses everyone but root. */
    void requireRoot(Identity identity) {
        if (identity.kind() != Identity.Kind.ROOT) {
            throw new ApiException(ApiErrorCode.ACCESS_DENIED, "this is for the root identity");
        }
    }

    /**
     * Whether the caller may hear of what happened in a bucket at that time. A user hears of its own buckets only, and
     * not of what a bucket of the same name held before it was created.
     */
    boolean mayHear(ApiCall call, String name, HlcTimestamp at) {
        return call.identity().kind() == Identity.Kind.ROOT
                || catalog.bucket(name)
                        .filter(bucket -> owns(call, bucket)
                                && at.compareTo(bucket.created()) >= 0
                                && call.caller().may(S3Operation.LIST_OBJECT_VERSIONS, bucket))
                        .isPresent();
    }

    private Bucket bucket(String name) {
        return catalog.bucket(name).orElseThrow(() -> new StoreException(new NoSuchBucket(name)));
    }

    private static boolean owns(ApiCall call, Bucket bucket) {
        Identity identity = call.identity();
        return switch (identity.kind()) {
            case ROOT -> true;
            case USER -> bucket.ownerId().equals(identity.canonicalId());
            case ANONYMOUS -> false;
        };
    }

    private static <T> T refusing(Bucket bucket, Supplier<T> decision) {
        try {
            return decision.get();
        } catch (S3Exception refused) {
            if (refused.code() != S3ErrorCode.ACCESS_DENIED) {
                throw refused;
            }
            ApiException denied = new ApiException(
                    ApiErrorCode.ACCESS_DENIED,
                    "nothing allows this in bucket " + bucket.name() + ", or its policy denies it");
            denied.initCause(refused);
            throw denied;
        }
    }
}
