package dev.skerry.server;

import dev.skerry.blob.part.PartStore;
import dev.skerry.config.Settings.DurabilitySettings;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes writes of {@code periodic} durability durable, an interval or so many bytes after they were acknowledged: first
 * the part files, then the rows that refer to them. It runs in every mode, because a bucket may ask for periodic on its
 * own.
 */
final class PeriodicSync implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PeriodicSync.class);
    private static final Duration MAX_TICK = Duration.ofMillis(100);

    private final PartStore parts;
    private final Unsynced unsynced;
    private final DurabilitySettings settings;
    private final ScheduledExecutorService timer;

    /** Of the timer's thread. */
    private long lastSyncNanos = System.nanoTime();

    PeriodicSync(PartStore parts, Unsynced unsynced, DurabilitySettings settings, ThreadFactory threads) {
        this.parts = parts;
        this.unsynced = unsynced;
        this.settings = settings;
        this.timer = Executors.newSingleThreadScheduledExecutor(threads);
    }

    void start() {
        Duration tick = settings.interval().compareTo(MAX_TICK) < 0 ? settings.interval() : MAX_TICK;
        ScheduledFuture<?> _ =
                timer.scheduleWithFixedDelay(this::tick, tick.toNanos(), tick.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whatever awaits it is fsynced now; parts written with durability {@code none} never do. */
    private void syncNow() {
        parts.sync();
        unsynced.sync().run();
    }

    private void tick() {
        try {
            long nanos = System.nanoTime();
            boolean due = nanos - lastSyncNanos >= settings.interval().toNanos()
                    || unsynced.bytes().getAsLong() >= settings.bytes().bytes();
            if (due) {
                lastSyncNanos = nanos;
                // also where no command counts as unsynced: a stricter one in its batch made its row durable, not its
                // files, which cost nothing here where none are pending
                parts.sync();
                if (unsynced.commands().getAsLong() > 0) {
                    unsynced.sync().run();
                }
            }
        } catch (RuntimeException failure) {
            // a later tick tries again; what is not durable yet stays counted
            log.error("writes could not be made durable reason={}", failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
                log.warn("a sync is still under way at the end");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        syncNow();
    }
}
