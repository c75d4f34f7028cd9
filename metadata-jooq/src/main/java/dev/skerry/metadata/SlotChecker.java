package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has SQLite read whole databases through while they are served, one after the other, and takes those that are damaged
 * out of service. A start waits for none of it: databases that were left without being closed are checked as soon as
 * the node serves, all of them now and then.
 *
 * <p>What is checked is the form of every page and that every row has its entries in the indexes
 * ({@code integrity_check}), not what the rows say: that has checksums of its own, verified whenever a row is read.
 */
public final class SlotChecker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SlotChecker.class);
    private static final String SOUND = "ok";

    private final SlotDatabases databases;
    private final @Nullable Duration interval;
    private final ScheduledExecutorService timer;

    /** Held for a whole check of all: another one waits. */
    private final ReentrantLock checking = new ReentrantLock();

    /** The connection under way, never a closed one; guarded by this. */
    private @Nullable Statements reading;

    private volatile boolean closing;

    /**
     * A checker that does not run yet.
     *
     * @param interval how often all are checked, or null for never
     */
    public SlotChecker(SlotDatabases databases, @Nullable Duration interval, ThreadFactory threads) {
        this.databases = databases;
        this.interval = interval;
        this.timer = Executors.newSingleThreadScheduledExecutor(threads);
    }

    /** Begins with the databases that were left. */
    public void start() {
        if (!databases.left().isEmpty()) {
            timer.execute(() -> guarded(this::checkLeft));
        }
        if (interval != null) {
            long nanos = interval.toNanos();
            var _ = timer.scheduleWithFixedDelay(() -> guarded(this::checkAll), nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * What a check came to.
     *
     * @param whole slots whose databases are whole
     * @param damaged slots that were taken out of service
     * @param failed slots whose databases could not be read through
     */
    public record Found(List<SlotId> whole, List<SlotId> damaged, List<SlotId> failed) {
        private Found() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    /** Checks all that are in service now, on the calling thread; waits for a check under way. */
    public Found checkAll() {
        return check(databases::slots);
    }

    /** Checks those that were left and not checked since, as {@link #checkAll} does all. */
    public Found checkLeft() {
        return check(databases::left);
    }

    private void guarded(Supplier<Found> check) {
        try {
            long begun = System.nanoTime();
            Found found = check.get();
            log.info(
                    "databases were checked whole={} damaged={} failed={} ms={}",
                    found.whole.size(),
                    found.damaged.size(),
                    found.failed.size(),
                    Duration.ofNanos(System.nanoTime() - begun).toMillis());
        } catch (RuntimeException e) {
            // an exception would end the schedule for good
            log.warn("checking the databases broke off, it is tried again", e);
        }
    }

    private Found check(Supplier<Collection<SlotId>> slots) {
        Found found = new Found();
        checking.lock();
        try {
            for (SlotId slot : slots.get().stream().sorted().toList()) {
                if (databases.inService(slot) && !closing) {
                    check(slot, found);
                }
            }
        } finally {
            checking.unlock();
        }
        return found;
    }

    private void check(SlotId slot, Found found) {
        databases.onFile(slot, () -> {
            checkNow(slot, found);
            return found;
        });
    }

    private void checkNow(SlotId slot, Found found) {
        try (Statements statements = databases.file(slot).openReader()) {
            String answer = answer(statements);
            if (answer.equals(SOUND)) {
                databases.foundWhole(slot);
                found.whole.add(slot);
            } else if (!closing) {
                databases.quarantineForGood(slot, "its database is damaged: " + answer);
                found.damaged.add(slot);
            }
        } catch (StoreException e) {
            if (closing) {
                return;
            }
            if (databases.noticed(slot, e)) {
                found.damaged.add(slot);
            } else {
                // that one cannot be read must not keep the others from being checked
                log.warn("a database could not be checked slot={}", slot, e);
                found.failed.add(slot);
            }
        }
    }

    private String answer(Statements statements) {
        reads(statements);
        try {
            return statements.askText("pragma integrity_check(1)");
        } finally {
            reads(null);
        }
    }

    private synchronized void reads(@Nullable Statements statements) {
        reading = statements;
    }

    private synchronized void interrupt() {
        if (reading != null) {
            reading.interrupt();
        }
    }

    /** Breaks off a check under way. */
    @Override
    public void close() {
        closing = true;
        timer.shutdownNow();
        try {
            do {
                interrupt();
            } while (!timer.awaitTermination(10, TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
