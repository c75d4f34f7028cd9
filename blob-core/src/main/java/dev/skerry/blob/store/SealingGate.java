package dev.skerry.blob.store;

import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogCommand.SealBucket;
import dev.skerry.blob.catalog.CatalogCommand.UnsealBucket;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command.FenceBucket;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.upkeep.Pace;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate of a cluster, whose nodes share no lock. A change seals the bucket in the catalog, which puts it into a new
 * epoch, and then tells every slot of that epoch: from then on no slot applies what was made in an epoch before, and
 * nobody makes anything in this one. The change itself names the epoch, so that it fails where somebody unsealed the
 * bucket, which is what a writer does that has waited for {@link #PATIENCE}: the node that sealed it may be gone.
 */
final class SealingGate implements BucketGate {
    /** How long writers wait for a change before they take it for abandoned. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Logger log = LoggerFactory.getLogger(SealingGate.class);

    private final Catalog catalog;
    private final CommitLog commits;
    private final Supplier<List<SlotId>> slots;
    private final PlacementPolicy placement;
    private final HlcClock clock;
    private final String homeRegion;
    private final Duration maxWait;
    private final Pace pace = new Pace();

    /** A gate that gives up with {@code Busy} after {@code maxWait}. */
    SealingGate(StoreAssembly.Ports ports, String homeRegion, Duration maxWait) {
        this.catalog = ports.catalog();
        this.commits = ports.log();
        this.slots = ports.metadata()::slots;
        this.placement = ports.placement();
        this.clock = ports.clock();
        this.homeRegion = homeRegion;
        this.maxWait = maxWait;
    }

    @Override
    public <T> T beside(Bucket seen, Function<Bucket, T> commit) {
        Waiting waiting = new Waiting(seen.name());
        // the slot's log refuses what was made of an older epoch: to look again before is to ask the catalog in vain
        Bucket bucket = seen;
        while (true) {
            if (!bucket.sealed()) {
                T result = commit.apply(bucket);
                if (!(result instanceof CommandResult.Refused(StoreFailure.BucketChanged _))) {
                    return result;
                }
            }
            waiting.pause(bucket);
            bucket = BucketGate.same(seen, catalog.bucket(seen.name()));
        }
    }

    @Override
    public <T> T alone(String name, LongFunction<T> change) {
        long epoch = seal(name);
        try {
            fence(name, epoch);
            return change.apply(epoch);
        } finally {
            unseal(name, epoch);
        }
    }

    private long seal(String name) {
        Waiting waiting = new Waiting(name);
        while (true) {
            Bucket bucket =
                    catalog.bucket(name).orElseThrow(() -> new StoreException(new StoreFailure.NoSuchBucket(name)));
            if (!bucket.sealed()) {
                try {
                    return catalog.commit(new SealBucket(name, clock.now())).epoch();
                } catch (StoreException e) {
                    // another change was first, or nobody decides at present
                    if (!(e.failure() instanceof StoreFailure.Busy)) {
                        throw e;
                    }
                }
            }
            waiting.pause(bucket);
        }
    }

    private void fence(String name, long epoch) {
        List<CommitLog.Addressed> fences = slots.get().stream()
                .map(slot -> new CommitLog.Addressed(
                        slot,
                        new FenceBucket(
                                new Origin(placement.groupOf(slot), clock.now(), homeRegion, Durability.ALWAYS),
                                name,
                                epoch)))
                .toList();
        for (CommitLog.Outcome outcome : commits.commitAll(fences)) {
            if (outcome instanceof CommitLog.Outcome.Failed(StoreException failure)) {
                throw failure;
            }
        }
    }

    /** Where the change was made the bucket is in another epoch, or gone, and there is nothing to do. */
    private void unseal(String name, long epoch) {
        try {
            boolean sealed = catalog.bucket(name)
                    .filter(bucket -> bucket.sealed() && bucket.epoch() == epoch)
                    .isPresent();
            if (sealed) {
                catalog.commit(new UnsealBucket(name, epoch, clock.now()));
            }
        } catch (StoreException e) {
            log.warn("a bucket may stay sealed until a writer has waited for it bucket={}", name, e);
        }
    }

    /** One wait for a bucket. */
    private final class Waiting {
        private final String name;
        private final long begun = System.nanoTime();
        private long sealedEpoch;
        private long sealedSince;

        Waiting(String name) {
            this.name = name;
        }

        void pause(Bucket bucket) {
            long now = System.nanoTime();
            if (now - begun > maxWait.toNanos()) {
                throw busy(" was being changed for " + maxWait.toSeconds() + " s");
            }
            if (!bucket.sealed() || bucket.epoch() != sealedEpoch) {
                sealedEpoch = bucket.epoch();
                sealedSince = now;
            } else if (now - sealedSince > PATIENCE.toNanos()) {
                log.warn("a change of a bucket was abandoned by its node bucket={} epoch={}", name, sealedEpoch);
                unseal(name, sealedEpoch);
            }
            if (!pace.pause(PAUSE)) {
                throw busy(": interrupted");
            }
        }

        private StoreException busy(String detail) {
            return new StoreException(new StoreFailure.Busy("bucket " + name + detail));
        }
    }
}
