package dev.skerry.cluster.heal;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.cluster.raft.SlotComparison;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the replicas of all slots compared from time to time, each by the node that leads its log, one slot after the
 * other. It ends with its executor.
 */
public final class Comparisons {
    private static final Logger log = LoggerFactory.getLogger(Comparisons.class);

    private final List<SlotId> slots;
    private final Predicate<SlotId> leads;
    private final Comparing comparing;
    private final LongAdder equal = new LongAdder();
    private final LongAdder differing = new LongAdder();
    private final LongAdder unsettled = new LongAdder();

    /** Compares the replicas of a slot. */
    @FunctionalInterface
    public interface Comparing {
        /** See {@link SlotComparison#compare}. */
        SlotComparison.Result compare(SlotId slot) throws InterruptedException;
    }

    /**
     * How often slots came out how, of those compared by this node.
     *
     * @param equal all replicas were equal
     * @param differing some were not what the majority had
     * @param unsettled not all were heard of, or none was what a majority had
     */
    public record Counts(long equal, long differing, long unsettled) {}

    /**
     * Of those slots.
     *
     * @param leads whether this node leads a slot's log at present
     */
    public Comparisons(List<SlotId> slots, Predicate<SlotId> leads, Comparing comparing) {
        this.slots = List.copyOf(slots);
        this.leads = leads;
        this.comparing = comparing;
    }

    /** Begins after the first wait, and again that long after each end. */
    public void start(ScheduledExecutorService executor, Duration first, Duration interval) {
        ScheduledFuture<?> _ = executor.scheduleWithFixedDelay(
                this::compareAll, first.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void compareAll() {
        for (SlotId slot : slots) {
            try {
                if (leads.test(slot)) {
                    compare(slot);
                }
            } catch (StoreException e) {
                log.warn("the replicas of a slot could not be compared slot={} reason={}", slot, e.getMessage());
                unsettled.increment();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // an exception would end the schedule for good
                log.error("comparing the replicas of a slot failed slot={}", slot, e);
            }
        }
    }

    /** Compares a slot now, whoever leads it. Blocks, as {@link SlotComparison#compare} says. */
    public SlotComparison.Result compare(SlotId slot) throws InterruptedException {
        SlotComparison.Result result = comparing.compare(slot);
        if (result.allEqual()) {
            equal.increment();
        } else if (result.settled() && !result.differing().isEmpty()) {
            differing.increment();
        } else {
            unsettled.increment();
        }
        return result;
    }

    /** What came of them since this was made. */
    public Counts counts() {
        return new Counts(equal.sum(), differing.sum(), unsettled.sum());
    }
}
