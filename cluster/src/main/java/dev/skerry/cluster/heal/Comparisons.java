package dev.skerry.cluster.heal;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.cluster.raft.ReplicaComparison;
import dev.skerry.cluster.raft.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the replicas of the catalog and of all slots compared from time to time, each by the node that leads its log, one
 * after the other. It ends with its executor.
 */
public final class Comparisons {
    private static final Logger log = LoggerFactory.getLogger(Comparisons.class);

    private final List<SlotId> slots;
    private final Leading leading;
    private final ReplicaComparison comparison;
    private final Tally ofSlots = new Tally();
    private final Tally ofCatalog = new Tally();

    /** Whether this node leads the log of a slot, or of the catalog, at present. */
    public record Leading(Predicate<SlotId> slot, BooleanSupplier catalog) {}

    /**
     * How often what this node compared came out how.
     *
     * @param equal all replicas were equal
     * @param differing some were not what the majority had
     * @param unsettled not all were heard of, or none was what a majority had
     */
    public record Counts(long equal, long differing, long unsettled) {}

    private static final class Tally {
        private final LongAdder equal = new LongAdder();
        private final LongAdder differing = new LongAdder();
        private final LongAdder unsettled = new LongAdder();

        Verdict count(Verdict verdict) {
            if (verdict.allEqual()) {
                equal.increment();
            } else if (verdict.settled() && !verdict.differing().isEmpty()) {
                differing.increment();
            } else {
                unsettled.increment();
            }
            return verdict;
        }

        Counts counts() {
            return new Counts(equal.sum(), differing.sum(), unsettled.sum());
        }
    }

    private interface Comparing {
        Verdict compare() throws InterruptedException;
    }

    /** Of those slots, and the catalog. */
    public Comparisons(List<SlotId> slots, Leading leading, ReplicaComparison comparison) {
        this.slots = List.copyOf(slots);
        this.leading = leading;
        this.comparison = comparison;
    }

    /** Begins after the first wait, and again that long after each end. */
    public void start(ScheduledExecutorService executor, Duration first, Duration interval) {
        ScheduledFuture<?> _ = executor.scheduleWithFixedDelay(
                this::compareAll, first.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void compareAll() {
        try {
            compareIf(leading.catalog, "catalog", ofCatalog, this::compareCatalog);
            for (SlotId slot : slots) {
                compareIf(() -> leading.slot.test(slot), "slot " + slot, ofSlots, () -> compare(slot));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void compareIf(BooleanSupplier leads, String what, Tally tally, Comparing comparing)
            throws InterruptedException {
        try {
            if (leads.getAsBoolean()) {
                comparing.compare();
            }
        } catch (StoreException e) {
            log.warn("replicas could not be compared replicas={} reason={}", what, e.getMessage());
            tally.unsettled.increment();
        } catch (RuntimeException e) {
            // an exception would end the schedule for good
            log.error("comparing replicas failed replicas={}", what, e);
        }
    }

    /** Compares a slot now, whoever leads it. Blocks, as {@link ReplicaComparison#compare} says. */
    public Verdict compare(SlotId slot) throws InterruptedException {
        return ofSlots.count(comparison.compare(slot));
    }

    /** The same of the catalog. */
    public Verdict compareCatalog() throws InterruptedException {
        return ofCatalog.count(comparison.compareCatalog());
    }

    /** What came of slots since this was made. */
    public Counts counts() {
        return ofSlots.counts();
    }

    /** What came of the catalog since this was made. */
    public Counts catalogCounts() {
        return ofCatalog.counts();
    }
}
