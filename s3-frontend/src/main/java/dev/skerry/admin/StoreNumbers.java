package dev.skerry.admin;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStore.Statistics;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much the store holds. Counting reads every slot, so the numbers are kept for a while and counted by one at a
 * time; where counting takes long they are kept so much longer that it never takes more than a small share of the time.
 */
public final class StoreNumbers {
    private static final Logger log = LoggerFactory.getLogger(StoreNumbers.class);
    private static final Duration KEPT_FOR = Duration.ofSeconds(60);
    private static final int KEPT_PER_TIME_OF_COUNTING = 100;
    private static final Statistics NOTHING = new Statistics(0, 0, 0, 0, 0, 0, 0, null);

    private final MetadataStore metadata;
    private final InstantSource clock;
    private final ReentrantLock counting = new ReentrantLock();
    private volatile Instant keptUntil = Instant.MIN;
    private volatile Statistics total = NOTHING;

    /** Nothing is counted until somebody asks. */
    public StoreNumbers(MetadataStore metadata, InstantSource clock) {
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Shows them as metrics. */
    public void bindTo(Metrics metrics) {
        show(metrics, "skerry.store.blobs", "Blobs that S3 shows", Statistics::liveBlobs);
        show(metrics, "skerry.store.bytes", "Their plain size", Statistics::liveBytes);
        show(metrics, "skerry.store.generations", "Generations kept, all kinds", Statistics::generations);
        show(metrics, "skerry.store.tombstones", "Generations that say deleted", Statistics::tombstones);
        show(metrics, "skerry.store.uploads", "Multipart uploads under way", Statistics::uploads);
        show(metrics, "skerry.store.garbage.folders", "Folders queued for deletion", Statistics::garbageFolders);
    }

    /**
     * The numbers of all slots together, at most a minute old, or a hundred times as old as they take to count, unless
     * the database cannot be read. Blocks while they are counted; whoever asks meanwhile gets those of before.
     */
    public Statistics total() {
        Instant begun = clock.instant();
        if (begun.isBefore(keptUntil) || !counting.tryLock()) {
            return total;
        }
        try {
            Statistics sum = NOTHING;
            for (SlotId slot : metadata.slots()) {
                sum = plus(sum, statistics(slot));
            }
            total = sum;
            Instant counted = clock.instant();
            Duration share = Duration.between(begun, counted).multipliedBy(KEPT_PER_TIME_OF_COUNTING);
            keptUntil = counted.plus(share.compareTo(KEPT_FOR) > 0 ? share : KEPT_FOR);
        } catch (StoreException failure) {
            log.warn("the store could not be counted reason={}", failure.getMessage());
        } finally {
            counting.unlock();
        }
        return total;
    }

    /** What is in a slot that is out of service cannot be counted. */
    private Statistics statistics(SlotId slot) {
        try {
            return metadata.statistics(slot);
        } catch (StoreException failure) {
            if (failure.failure() instanceof StoreFailure.Quarantined) {
                return NOTHING;
            }
            throw failure;
        }
    }

    private void show(Metrics metrics, String name, String help, ToLongFunction<Statistics> number) {
        metrics.gauge(name, help, Tags.empty(), () -> number.applyAsLong(total()));
    }

    private static Statistics plus(Statistics sum, Statistics slot) {
        return new Statistics(
                sum.liveBlobs() + slot.liveBlobs(),
                sum.liveBytes() + slot.liveBytes(),
                sum.generations() + slot.generations(),
                sum.tombstones() + slot.tombstones(),
                sum.uploads() + slot.uploads(),
                sum.garbageFolders() + slot.garbageFolders(),
                sum.lastSequence() + slot.lastSequence(),
                null);
    }
}
