package dev.skerry.blob.store;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets commits to a bucket in side by side, and one change of the bucket itself in alone. Without it a write could
 * commit between the moment a bucket was seen to be empty and the moment it is gone, and its blob would be lost.
 *
 * <p>Only the second phase of a write passes here, never a body, so nobody waits for a slow client. Buckets are mapped
 * onto a fixed number of turnstiles, because one per name could never be thrown away safely; a bucket being deleted
 * holds up a few others for as long as it takes to look at its slots. Turnstiles are fair: whoever wants in alone gets
 * in after those before it.
 */
final class BucketGate {
    private static final int TURNSTILES = 256;
    private static final int ALL = 1 << 20;

    private final Semaphore[] turnstiles = new Semaphore[TURNSTILES];
    private final Duration maxWait;

    /** A gate that gives up with {@code Busy} after {@code maxWait}. */
    BucketGate(Duration maxWait) {
        Arrays.setAll(turnstiles, _ -> new Semaphore(ALL, true));
        this.maxWait = maxWait;
    }

    /** Runs a commit to the bucket beside others. */
    <T> T beside(String bucket, Supplier<T> commit) {
        return pass(bucket, 1, commit);
    }

    /** Runs a change of the bucket itself while no commit to it is under way. */
    <T> T alone(String bucket, Supplier<T> change) {
        return pass(bucket, ALL, change);
    }

    private <T> T pass(String bucket, int permits, Supplier<T> action) {
        Semaphore turnstile = turnstiles[Math.floorMod(bucket.hashCode(), TURNSTILES)];
        acquire(bucket, turnstile, permits);
        try {
            return action.get();
        } finally {
            turnstile.release(permits);
        }
    }

    private void acquire(String bucket, Semaphore turnstile, int permits) {
        try {
            if (!turnstile.tryAcquire(permits, maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoreException(
                        new StoreFailure.Busy("bucket " + bucket + " was held for " + maxWait.toSeconds() + " s"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(new StoreFailure.Busy("bucket " + bucket + ": interrupted"), e);
        }
    }
}
