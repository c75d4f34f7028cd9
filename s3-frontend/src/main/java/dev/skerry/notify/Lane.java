package dev.skerry.notify;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One slot's events on their way to one target, in their order, each until the target takes it. A key is in one slot,
 * so a key's events come in order; and an event that is not taken holds up its own slot's only.
 *
 * <p>Of a cluster, the node that leads the slot tells it. One that is no longer asked to may still have an event on its
 * way, which the next one tells again.
 *
 * <p>The log is the buffer: a lane holds no more than one batch of it, and what is trimmed before it was told is lost,
 * which is counted and logged. Run by one thread; woken by any.
 */
final class Lane implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final int BATCH = 32;

    /** A lane that was not woken looks all the same, in case an event came between its reading and its wait. */
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final String target;
    private final SlotId slot;
    private final Ports ports;
    private final Tally tally;
    private final Backoff backoff;

    private volatile @Nullable Thread thread;
    private volatile boolean woken;
    private volatile boolean stopped;

    /** Whether this node tells the slot; the lane's thread alone sets it. */
    private volatile boolean leading;

    /** When the oldest event happened that is not taken yet; null where all are. */
    private volatile @Nullable Instant waitingSince;

    /**
     * What a lane works with.
     *
     * @param metadata has the log
     * @param cursor how far the target was told
     * @param telling says what of the log is told
     * @param webhook takes it
     * @param inFlight bounds how many events are on their way to the target at a time
     * @param leads whether this node is the one that tells a slot
     */
    record Ports(
            MetadataStore metadata,
            Cursor cursor,
            Telling telling,
            Webhook webhook,
            Semaphore inFlight,
            Predicate<SlotId> leads) {}

    Lane(String target, SlotId slot, Ports ports, Tally tally, Backoff backoff) {
        this.target = target;
        this.slot = slot;
        this.ports = ports;
        this.tally = tally;
        this.backoff = backoff;
    }

    /** Of a slot that is out of service nothing is known, and the cursor stays where it is. */
    Optional<Long> newest() {
        return isOutOfService()
                ? Optional.empty()
                : Optional.of(ports.metadata().lastSequence(slot));
    }

    /** Whether it is known how far the target was told. */
    boolean isKnown() {
        return ports.cursor().of(slot.value()).isPresent();
    }

    int slot() {
        return slot.value();
    }

    /** Has the lane look whether this node has come to tell the slot, or does not any more. */
    void look() {
        if (ports.leads().test(slot) != leading) {
            wake();
        }
    }

    /**
     * How many events of the log are behind the cursor's place, whether they are told to this target or not; 0 where
     * another node tells.
     */
    long behind() {
        return !leading || isOutOfService() ? 0 : Math.max(0, ports.metadata().lastSequence(slot) - told());
    }

    private boolean isOutOfService() {
        return ports.metadata().quarantined().containsKey(slot);
    }

    /** When the oldest event happened that is on its way. */
    Optional<Instant> waitingSince() {
        return Optional.ofNullable(waitingSince);
    }

    private long told() {
        return ports.cursor().of(slot.value()).orElse(0L);
    }

    void wake() {
        woken = true;
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }

    /** Ends the run; an event that is on its way is told again after the next start. */
    void stop() {
        stopped = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        int failures = 0;
        while (!over()) {
            woken = false;
            try {
                boolean more = step();
                if (failures > 0 && leading) {
                    log.info("notifications: the target takes events again target={} slot={}", target, slot);
                }
                failures = 0;
                if (!more) {
                    await(IDLE, true);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException failure) {
                if (over()) {
                    return;
                }
                failures++;
                tally.failed();
                if (Integer.bitCount(failures) == 1) {
                    log.warn(
                            "notifications: an event was not taken and is tried again target={} slot={} attempts={}"
                                    + " reason={}",
                            target,
                            slot,
                            failures,
                            failure.getMessage());
                    log.debug("notifications: not taken", failure);
                }
                await(backoff.after(failures), false);
            }
        }
    }

    private boolean over() {
        return stopped || Thread.currentThread().isInterrupted();
    }

    /** Whether this node tells the slot now; where it did not before, it goes on where the other stopped. */
    private boolean lead() {
        boolean now = ports.leads().test(slot);
        if (now && !leading) {
            ports.cursor().takeOver(slot.value());
        }
        leading = now;
        return now;
    }

    /** Tells a batch; true where there may be more. */
    private boolean step() throws IOException, InterruptedException {
        if (!lead() || isOutOfService()) {
            waitingSince = null;
            return false;
        }
        // asked before the log is read, so that what comes after is not taken for trimmed
        long newest = ports.metadata().lastSequence(slot);
        long told = told();
        if (newest <= told) {
            waitingSince = null;
            return false;
        }
        List<SequencedEvent> batch = ports.metadata().events(slot, told, BATCH);
        long first = batch.isEmpty() ? newest + 1 : batch.getFirst().sequence();
        if (first > told + 1) {
            tally.lost(first - told - 1);
            log.error(
                    "notifications: events were trimmed before the target was told of them target={} slot={} events={}",
                    target,
                    slot,
                    first - told - 1);
            ports.cursor().set(slot.value(), first - 1);
        }
        for (SequencedEvent event : batch) {
            if (over() || !ports.leads().test(slot)) {
                return true;
            }
            tell(event);
            ports.cursor().set(slot.value(), event.sequence());
        }
        return true;
    }

    private void tell(SequencedEvent event) throws IOException, InterruptedException {
        Optional<byte[]> document = ports.telling().document(target, slot, event);
        if (document.isEmpty()) {
            return;
        }
        waitingSince = event.event().hlc().instant();
        ports.inFlight().acquire();
        try {
            ports.webhook().post(document.get());
        } finally {
            ports.inFlight().release();
        }
        tally.delivered();
    }

    private void await(Duration limit, boolean forNews) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!over() && !(forNews && woken)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, left);
        }
    }
}
