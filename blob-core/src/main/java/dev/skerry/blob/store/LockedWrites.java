package dev.skerry.blob.store;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.Retention;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.Optional;

/** What a bucket's object lock makes of the writes to it, by whichever protocol they come. */
final class LockedWrites {
    private LockedWrites() {}

    /** Refuses to lock what is in a bucket without object lock; throws with {@code InvalidRequest}. */
    static void require(Bucket bucket) {
        if (bucket.objectLock().isEmpty()) {
            throw new StoreException(new StoreFailure.InvalidRequest("Bucket is missing Object Lock Configuration"));
        }
    }

    /** Refuses a write that asks for a lock in a bucket that has none. */
    static void require(Bucket bucket, BlobAttributes attributes) {
        if (attributes.lock() != null) {
            require(bucket);
        }
    }

    /** The retention of a version written at that time without one of its own. */
    static Optional<Retention> defaultRetention(Bucket bucket, Instant at) {
        return bucket.objectLock().flatMap(lock -> lock.retentionOf(at));
    }

    /** What a write at that time says of its version. */
    static BlobAttributes attributes(Bucket bucket, BlobAttributes asked, Instant at) {
        return defaultRetention(bucket, at).map(asked::withDefault).orElse(asked);
    }
}
