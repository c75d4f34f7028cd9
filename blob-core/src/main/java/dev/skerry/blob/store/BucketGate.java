package dev.skerry.blob.store;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Lets commits to a bucket in side by side, and one change of the bucket itself in alone. Without it a write could
 * commit between the moment a bucket was seen to be empty and the moment it is gone, and its blob would be lost.
 *
 * <p>Only the second phase of a write passes here, never a body, so nobody waits for a slow client.
 */
interface BucketGate {
    /**
     * Runs a commit beside others, to the bucket as it now is in all that a command is made of: its being there, its
     * versioning, its lock. Of the rest of its configuration it may be as it was seen.
     *
     * @param commit may be run again where it was refused with {@code BucketChanged}
     * @throws StoreException with {@code NoSuchBucket} where the bucket is not there any more, or another one of its
     *     name, {@code Busy} where it is held for too long
     */
    <T> T beside(Bucket seen, Function<Bucket, T> commit);

    /**
     * Runs a change of the bucket itself while no commit to it is under way.
     *
     * @param change given the bucket's epoch, which the catalog's command is to name
     * @throws StoreException with {@code Busy} where commits go on for too long
     */
    <T> T alone(String bucket, LongFunction<T> change);

    /** The bucket, if it is still the one that was seen. */
    static Bucket same(Bucket seen, Optional<Bucket> found) {
        return found.filter(now -> now.createdAt().equals(seen.createdAt()))
                .orElseThrow(() -> new StoreException(new StoreFailure.NoSuchBucket(seen.name())));
    }
}
