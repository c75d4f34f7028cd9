package dev.skerry.admin;

import dev.skerry.blob.StoreListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts what the store does. */
public final class StoreMetrics implements StoreListener {
    private static final double[] BATCH_STEPS = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final Metrics metrics;
    private final Map<WriteKind, Counter> writtenBytes = new EnumMap<>(WriteKind.class);
    private final Map<WriteKind, Timer> writes = new EnumMap<>(WriteKind.class);
    private final Map<UpkeepKind, Counter> upkeepCounts = new EnumMap<>(UpkeepKind.class);
    private final Map<UpkeepKind, Counter> upkeepBytes = new EnumMap<>(UpkeepKind.class);
    private final Map<String, Counter> failures = new ConcurrentHashMap<>();
    private final Map<String, Timer> passes = new ConcurrentHashMap<>();
    private final DistributionSummary batches;
    private final Timer commits;
    private final Counter opened;
    private final Counter readBytes;
    private final Counter deleted;
    private final Counter damaged;
    private volatile boolean pressed;

    /** Registers everything at once, so that a page shows zeros rather than nothing. */
    public StoreMetrics(Metrics metrics) {
        this.metrics = metrics;
        for (WriteKind kind : WriteKind.values()) {
            Tags labels = Tags.of("kind", word(kind));
            writtenBytes.put(kind, metrics.counter("skerry.store.written.bytes", "Bytes committed", labels));
            writes.put(kind, metrics.timer("skerry.store.write.duration", "First byte to commit", labels));
        }
        for (UpkeepKind kind : UpkeepKind.values()) {
            Tags labels = Tags.of("kind", word(kind));
            upkeepCounts.put(kind, metrics.counter("skerry.upkeep", "Background work done", labels));
            upkeepBytes.put(kind, metrics.counter("skerry.upkeep.bytes", "Bytes it was done on", labels));
        }
        batches = metrics.summary(
                "skerry.commit.batch.commands",
                "Commands that share a transaction, and with it an fsync",
                Tags.empty(),
                BATCH_STEPS);
        commits = metrics.timer(
                "skerry.commit.duration",
                "From the beginning of a transaction to its commit, but for what it waits for more",
                Tags.empty());
        opened = metrics.counter("skerry.store.opened", "Blobs opened for reading", Tags.empty());
        readBytes = metrics.counter("skerry.store.read.bytes", "Verified bytes given out", Tags.empty());
        deleted = metrics.counter("skerry.store.deleted", "Deletions committed", Tags.empty());
        damaged = metrics.counter("skerry.store.damaged", "Times stored data was not what was written", Tags.empty());
        metrics.gauge(
                "skerry.disk.pressure",
                "1 while writes are refused for want of room",
                Tags.empty(),
                () -> pressed ? 1 : 0);
    }

    @Override
    public void wrote(WriteKind kind, long bytes, long tookNanos) {
        count(writtenBytes.get(kind), bytes);
        Timer timer = writes.get(kind);
        if (timer != null) {
            timer.record(Duration.ofNanos(tookNanos));
        }
    }

    @Override
    public void writeFailed(WriteKind kind, String failure) {
        failures.computeIfAbsent(
                        word(kind) + " " + failure,
                        _ -> metrics.counter(
                                "skerry.store.write.failures",
                                "Writes that ended without a commit",
                                Tags.of("kind", word(kind), "failure", failure)))
                .increment();
    }

    @Override
    public void committed(int commands, long tookNanos) {
        batches.record(commands);
        commits.record(tookNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void opened() {
        opened.increment();
    }

    @Override
    public void read(long bytes) {
        readBytes.increment((double) bytes);
    }

    @Override
    public void deleted() {
        deleted.increment();
    }

    @Override
    public void damaged(String detail) {
        damaged.increment();
    }

    @Override
    public void diskPressure(boolean nowPressed) {
        pressed = nowPressed;
    }

    @Override
    public void upkeep(UpkeepKind kind, long count, long bytes) {
        count(upkeepCounts.get(kind), count);
        count(upkeepBytes.get(kind), bytes);
    }

    @Override
    public void upkeepPass(String name, Duration took, boolean failed) {
        passes.computeIfAbsent(
                        name + " " + failed,
                        _ -> metrics.timer(
                                "skerry.upkeep.pass.duration",
                                "Passes of background work over all slots",
                                Tags.of("name", name, "failed", Boolean.toString(failed))))
                .record(took);
    }

    private static void count(@Nullable Counter counter, long by) {
        if (counter != null) {
            counter.increment((double) by);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
