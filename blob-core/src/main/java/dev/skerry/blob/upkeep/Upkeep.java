package dev.skerry.blob.upkeep;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the background work by the clock: garbage collection and the scrub. The executor should have two threads, so
 * that neither holds up the other.
 */
public final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration MAX_CLOSE_WAIT = Duration.ofSeconds(10);

    private final GarbageCollector collector;
    private final Scrubber scrubber;
    private final UpkeepSettings settings;
    private final ScheduledExecutorService executor;
    private final InstantSource time;
    private final StoreListener listener;
    private final Pace pace = new Pace();

    /** Held for a whole pass, I/O and all: nothing but another pass ever waits for it. */
    private final ReentrantLock passes = new ReentrantLock();

    /** Written by start and close, which one thread calls. */
    private final List<ScheduledFuture<?>> scheduled = new ArrayList<>();

    /** Guarded by {@link #passes}. */
    private Instant lastSweep = Instant.MIN;

    /** Null where parts are read only when asked for. */
    private final @Nullable ScrubRounds rounds;

    /** What upkeep runs, and where the scrub keeps its place. */
    public record Ports(
            GarbageCollector collector,
            Scrubber scrubber,
            ScrubPlace scrubPlace,
            ScheduledExecutorService executor,
            InstantSource time) {}

    /** Upkeep that does not run yet. */
    public Upkeep(Ports ports, UpkeepSettings settings, StoreListener listener) {
        this.collector = ports.collector();
        this.scrubber = ports.scrubber();
        this.executor = ports.executor();
        this.time = ports.time();
        this.settings = settings;
        this.listener = listener;
        Duration scrubInterval = settings.scrubInterval();
        this.rounds = scrubInterval == null ? null : new ScrubRounds(ports, settings, scrubInterval, listener, pace);
    }

    /** Begins. The first collection comes after one interval, and so does the scrub. */
    public void start() {
        scheduled.add(every(settings.interval(), "collection", () -> collect(false)));
        if (rounds != null) {
            rounds.start();
            scheduled.add(every(settings.interval(), "scrub", rounds::goOn));
        }
    }

    private ScheduledFuture<?> every(Duration interval, String name, Runnable work) {
        long nanos = interval.toNanos();
        return executor.scheduleWithFixedDelay(() -> guarded(name, work), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** An exception would end the schedule for good. */
    private static void guarded(String name, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.warn("upkeep failed, it is tried again, work={}", name, e);
        }
    }

    /** Makes one whole collection now, sweep included, on the calling thread; waits for one under way. */
    public GarbageCollector.Summary runOnce() {
        return collect(true);
    }

    private GarbageCollector.Summary collect(boolean sweepNow) {
        passes.lock();
        try {
            Instant began = time.instant();
            boolean sweep = sweepNow
                    || lastSweep.equals(Instant.MIN)
                    || Duration.between(lastSweep, began).abs().compareTo(settings.sweepInterval()) >= 0;
            GarbageCollector.Summary summary = collector.pass(pace, sweep);
            if (sweep) {
                lastSweep = began;
            }
            listener.upkeepPass("collection", Duration.between(began, time.instant()), summary.failedSlots() > 0);
            return summary;
        } finally {
            passes.unlock();
        }
    }

    /** Reads every part file now, on the calling thread, as fast as the settings allow. */
    public Scrubber.Progress scrubOnce() {
        return scrubber.scrub(Scrubber.Position.START, Long.MAX_VALUE, settings.scrubBytesPerSecond(), pace);
    }

    /**
     * How long ago the parts of a slot were all read, by a process before this one too where the scrub has a rhythm;
     * nothing where that is not known.
     */
    public Optional<Duration> sinceScrub(SlotId slot) {
        return scrubber.sinceEndOf(slot);
    }

    /** Stops promptly: a pass under way ends with its batch, a scrub with its part, and its place is kept. */
    @Override
    public void close() {
        pace.stop();
        scheduled.forEach(future -> future.cancel(false));
        try {
            if (passes.tryLock(MAX_CLOSE_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
                passes.unlock();
            } else {
                log.warn("a collection did not stop in time, waited={}", MAX_CLOSE_WAIT);
            }
            if (rounds != null && !rounds.awaitEnd(MAX_CLOSE_WAIT)) {
                log.warn("the scrub did not stop in time, waited={}", MAX_CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
