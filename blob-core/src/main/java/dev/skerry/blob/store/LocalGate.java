package dev.skerry.blob.store;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The gate of a single node. Buckets are mapped onto a fixed number of turnstiles, because one per name could never be
 * thrown away safely; a bucket being deleted holds up a few others for as long as it takes to look at its slots.
 * Turnstiles are fair: whoever wants in alone gets in after those before it.
 */
final class LocalGate implements BucketGate {
    private static final int TURNSTILES = 256;
    private static final int ALL = 1 << 20;

    private final Catalog catalog;
    private final Semaphore[] turnstiles = new Semaphore[TURNSTILES];
    private final Duration maxWait;

    /** A gate that gives up with {@code Busy} after {@code maxWait}. */
    LocalGate(Catalog catalog, Duration maxWait) {
        this.catalog = catalog;
        Arrays.setAll(turnstiles, _ -> new Semaphore(ALL, true));
        this.maxWait = maxWait;
    }

    @Override
    public <T> T beside(Bucket seen, Function<Bucket, T> commit) {
        return pass(seen.name(), 1, () -> commit.apply(BucketGate.same(seen, catalog.bucket(seen.name()))));
    }

    @Override
    public <T> T alone(String bucket, LongFunction<T> change) {
        return pass(bucket, ALL, () -> change.apply(0));
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
