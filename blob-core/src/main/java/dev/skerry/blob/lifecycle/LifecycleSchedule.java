package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StoreListener;
import dev.skerry.blob.upkeep.Pace;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the worker by the clock. */
public final class LifecycleSchedule implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LifecycleSchedule.class);
    private static final Duration MAX_CLOSE_WAIT = Duration.ofSeconds(10);

    /** A node that is restarted often must get on too, so the first pass does not wait for a whole interval. */
    private static final Duration MAX_FIRST_WAIT = Duration.ofMinutes(1);

    private final LifecycleWorker worker;
    private final Duration interval;
    private final BooleanSupplier mine;
    private final ScheduledExecutorService executor;
    private final InstantSource time;
    private final StoreListener listener;
    private final Pace pace = new Pace();

    /** Written by start and read by close, which one thread calls. */
    private @Nullable ScheduledFuture<?> scheduled;

    /** Held for a whole pass, I/O and all: nothing but another pass ever waits for it. */
    private final ReentrantLock passes = new ReentrantLock();

    /**
     * A schedule that does not run yet.
     *
     * @param interval between the end of one pass and the beginning of the next
     * @param mine whether this node is to make the passes that are due, where several could
     * @param executor with a thread of its own; stopped by its owner
     */
    public LifecycleSchedule(
            LifecycleWorker worker,
            Duration interval,
            BooleanSupplier mine,
            ScheduledExecutorService executor,
            InstantSource time,
            StoreListener listener) {
        this.worker = worker;
        this.interval = interval;
        this.mine = mine;
        this.executor = executor;
        this.time = time;
        this.listener = listener;
    }

    /** Begins. */
    public void start() {
        Duration first = interval.compareTo(MAX_FIRST_WAIT) < 0 ? interval : MAX_FIRST_WAIT;
        scheduled = executor.scheduleWithFixedDelay(
                this::guarded, first.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** An exception would end the schedule for good. */
    private void guarded() {
        if (!pace.goesOn() || !mine.getAsBoolean()) {
            return;
        }
        try {
            runOnce();
        } catch (RuntimeException e) {
            log.warn("lifecycle failed, it is tried again", e);
        }
    }

    /** Makes one pass now, on the calling thread; waits for one under way. */
    public LifecycleWorker.Summary runOnce() {
        passes.lock();
        try {
            Instant began = time.instant();
            LifecycleWorker.Summary summary = worker.pass(pace);
            listener.upkeepPass("lifecycle", Duration.between(began, time.instant()), summary.failed() > 0);
            return summary;
        } finally {
            passes.unlock();
        }
    }

    /** Stops promptly: a pass under way ends with its page, and the next start goes on there. */
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
                log.warn("lifecycle did not stop in time, waited={}", MAX_CLOSE_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
