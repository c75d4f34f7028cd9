package dev.skerry.cluster.heal;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.upkeep.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node the parts that it missed while it was down, slow or without a disk: goes through what the metadata
 * of its slots says it should hold, in the order of blob ids, and has what is not there written from other nodes'
 * copies. It runs at the start and from time to time, by itself, and breaks off and goes on at will.
 *
 * <p>Whether a file is there is all it asks; that its bytes are right is what readers and the scrubber see to. What was
 * deleted meanwhile comes with the log and not from here. Parts of uploads that are not completed are fetched once they
 * are, or when they are read; where replicas move, by {@link #complete}.
 */
public final class PartCatchUp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PartCatchUp.class);
    private static final int BATCH = 64;
    private static final Duration MAX_FIRST_WAIT = Duration.ofSeconds(10);
    private static final Duration MAX_CLOSE_WAIT = Duration.ofSeconds(10);

    private final Ports ports;
    private final Settings settings;
    private final Pace pace = new Pace();
    private final LongAdder looked = new LongAdder();
    private final LongAdder fetched = new LongAdder();
    private final LongAdder fetchedBytes = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Held for a whole pass, I/O and all: nothing but another pass ever waits for it. */
    private final ReentrantLock passes = new ReentrantLock();

    /** Written by start and read by close, which one thread calls. */
    private @Nullable ScheduledFuture<?> scheduled;

    /**
     * What it works with.
     *
     * @param expected what should be here
     * @param ours whether this node is a replica of a slot
     * @param holds whether a part is here
     * @param fetch writes a part from another node's copy, or throws a {@link StoreException}
     * @param place where a pass stands
     * @param executor with a thread of its own; stopped by its owner
     */
    public record Ports(
            ExpectedParts expected,
            Predicate<SlotId> ours,
            BiPredicate<SlotId, PartRef> holds,
            BiConsumer<SlotId, PartRef> fetch,
            CatchUpPlace place,
            ScheduledExecutorService executor) {}

    /**
     * Its rhythm.
     *
     * @param interval between the end of one pass and the beginning of the next
     * @param bytesPerSecond how fast parts are fetched at the most
     */
    public record Settings(Duration interval, long bytesPerSecond) {
        /** Every five minutes, 64 MiB a second. */
        public static final Settings DEFAULT = new Settings(Duration.ofMinutes(5), 64L * 1024 * 1024);

        public Settings {
            if (interval.toMillis() < 1 || bytesPerSecond < 1) {
                throw new IllegalArgumentException("catch-up: every " + interval + ", " + bytesPerSecond
                        + " bytes a second (expected: a millisecond or more, 1 or more)");
            }
        }
    }

    /**
     * What it has done since it was made.
     *
     * @param looked parts that were asked for
     * @param fetched those that were missing and are here now
     * @param fetchedBytes their bytes
     * @param failed times one was missing and could not be had
     */
    public record Progress(long looked, long fetched, long fetchedBytes, long failed) {}

    /** A catch-up that does not run yet. */
    public PartCatchUp(Ports ports, Settings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    /** Begins. */
    public void start() {
        Duration first = settings.interval.compareTo(MAX_FIRST_WAIT) < 0 ? settings.interval : MAX_FIRST_WAIT;
        scheduled = ports.executor.scheduleWithFixedDelay(
                this::guarded, first.toNanos(), settings.interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** An exception would end the schedule for good. */
    private void guarded() {
        try {
            runOnce();
        } catch (RuntimeException e) {
            log.warn("catch-up failed, it is tried again", e);
        }
    }

    /** Makes one pass now, on the calling thread, after one under way; or goes on with the one that was broken off. */
    public Progress runOnce() {
        passes.lock();
        try {
            Progress before = progress();
            pass(ports.place.read().orElse(null));
            Progress after = progress();
            if (after.fetched > before.fetched || after.failed > before.failed) {
                log.info(
                        "catch-up fetched={} bytes={} failed={}",
                        after.fetched - before.fetched,
                        after.fetchedBytes - before.fetchedBytes,
                        after.failed - before.failed);
            }
            return after;
        } finally {
            passes.unlock();
        }
    }

    /**
     * Goes through these slots now, on the calling thread, after a pass under way; through what uploads that are not
     * completed have, too.
     *
     * @return whether every part is here now
     */
    public boolean complete(List<SlotId> slots) {
        passes.lock();
        try {
            long before = failed.sum();
            for (SlotId slot : slots) {
                if (!slot(slot, null, false)) {
                    return false;
                }
                ports.expected.uploaded(
                        slot,
                        part -> fetch(
                                slot,
                                part,
                                () -> ports.expected.refers(slot, part.place().folder())));
            }
            return pace.goesOn() && failed.sum() == before;
        } catch (StoreException e) {
            log.warn("catch-up broke off slots={} reason={}", slots, e.getMessage());
            return false;
        } finally {
            passes.unlock();
        }
    }

    private void pass(CatchUpPlace.@Nullable Place from) {
        for (SlotId slot : ports.expected.slots()) {
            boolean done = from != null && slot.value() < from.slot().value();
            if (!done && ports.ours.test(slot)) {
                BlobId after = from != null && slot.equals(from.slot()) ? from.after() : null;
                if (!slot(slot, after, true)) {
                    return;
                }
            }
        }
        ports.place.clear();
    }

    /**
     * Whether it came to the slot's end.
     *
     * @param mayLeaveOut whether a slot that cannot be read is as good as done; where it is, the place is kept
     */
    private boolean slot(SlotId slot, @Nullable BlobId from, boolean mayLeaveOut) {
        @Nullable BlobId after = from;
        while (pace.goesOn()) {
            List<ExpectedParts.Blob> blobs;
            try {
                blobs = ports.expected.after(slot, after, BATCH);
            } catch (StoreException e) {
                log.warn("catch-up leaves a slot out slot={} reason={}", slot, e.getMessage());
                return mayLeaveOut;
            }
            for (ExpectedParts.Blob blob : blobs) {
                blob.parts().forEach(part -> fetch(slot, part, () -> ports.expected.refers(slot, blob.id(), part)));
                if (!pace.goesOn()) {
                    return false;
                }
                after = blob.id();
            }
            if (blobs.size() < BATCH) {
                return true;
            }
            Optional.ofNullable(mayLeaveOut ? after : null)
                    .ifPresent(id -> ports.place.keep(new CatchUpPlace.Place(slot, id)));
        }
        return false;
    }

    private void fetch(SlotId slot, PartRef part, BooleanSupplier wanted) {
        if (!pace.goesOn()) {
            return;
        }
        looked.increment();
        try {
            if (ports.holds.test(slot, part)) {
                return;
            }
            // it may have gone, with its files, since it was listed
            if (!wanted.getAsBoolean()) {
                return;
            }
            ports.fetch.accept(slot, part);
            fetched.increment();
            fetchedBytes.add(part.storedLengthBytes());
            pace.pause(Duration.ofNanos((long) (part.storedLengthBytes() * 1e9 / settings.bytesPerSecond)));
        } catch (StoreException e) {
            failed.increment();
            log.debug("part is missing slot={} part={} reason={}", slot, part.place(), e.getMessage());
        }
    }

    /** What it has done. */
    public Progress progress() {
        return new Progress(looked.sum(), fetched.sum(), fetchedBytes.sum(), failed.sum());
    }

    /** Stops promptly: a pass under way ends with its part, and the next start goes on there. */
    @Override
    public void close() {
        pace.stop();
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        try {
            if (passes.tryLock(MAX_CLOSE_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
                passes.unlock();
            } else {
                log.warn("catch-up did not stop in time, waited={}", MAX_CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
