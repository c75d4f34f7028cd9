package dev.skerry.server;

import dev.skerry.admin.Metrics;
import dev.skerry.cluster.heal.PartCatchUp;
import dev.skerry.cluster.parts.PartsListener;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens to parts between the nodes of a cluster. */
final class PartsMetrics implements PartsListener {
    private final LongAdder staged = new LongAdder();
    private final LongAdder slow = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder missed = new LongAdder();
    private final LongAdder read = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final LongAdder repaired = new LongAdder();
    private final LongAdder repairedBytes = new LongAdder();
    private final LongAdder notRepaired = new LongAdder();

    PartsMetrics(Metrics metrics) {
        String left = "Replicas that writes went on without";
        show(metrics, "skerry.replica.staged.bytes", "Bytes staged on other nodes", Tags.empty(), staged);
        show(metrics, "skerry.replica.dropped", left, Tags.of("kind", "slow"), slow);
        show(metrics, "skerry.replica.dropped", left, Tags.of("kind", "failed"), failed);
        show(metrics, "skerry.replica.quorum.missed", "Writes that too few replicas took", Tags.empty(), missed);
        show(metrics, "skerry.replica.read.bytes", "Bytes of parts read from other nodes", Tags.empty(), read);
        show(
                metrics,
                "skerry.replica.unreadable",
                "Reads for which no node gave an intact copy",
                Tags.empty(),
                unreadable);
        String again = "Parts to be written again from another node's copy";
        show(metrics, "skerry.replica.repairs", again, Tags.of("failed", "false"), repaired);
        show(metrics, "skerry.replica.repairs", again, Tags.of("failed", "true"), notRepaired);
        show(metrics, "skerry.replica.repaired.bytes", "Bytes of those that were", Tags.empty(), repairedBytes);
    }

    /** Shows how far catch-up is. */
    static void bindTo(Metrics metrics, PartCatchUp catchUp) {
        metrics.total(
                "skerry.catchup.parts.looked",
                "Parts that catch-up asked for",
                Tags.empty(),
                () -> catchUp.progress().looked());
        metrics.total(
                "skerry.catchup.parts.fetched",
                "Those that were missing and are here now",
                Tags.empty(),
                () -> catchUp.progress().fetched());
        metrics.total(
                "skerry.catchup.bytes",
                "Their bytes",
                Tags.empty(),
                () -> catchUp.progress().fetchedBytes());
        metrics.total(
                "skerry.catchup.parts.failed",
                "Times one was missing and could not be had",
                Tags.empty(),
                () -> catchUp.progress().failed());
    }

    private static void show(Metrics metrics, String name, String help, Tags labels, LongAdder count) {
        metrics.total(name, help, labels, count::sum);
    }

    @Override
    public void staged(long bytes) {
        staged.add(bytes);
    }

    @Override
    public void dropped(boolean wasSlow) {
        (wasSlow ? slow : failed).increment();
    }

    @Override
    public void quorumMissed() {
        missed.increment();
    }

    @Override
    public void readRemotely(long bytes) {
        read.add(bytes);
    }

    @Override
    public void unreadable() {
        unreadable.increment();
    }

    @Override
    public void repaired(boolean done, long bytes) {
        (done ? repaired : notRepaired).increment();
        repairedBytes.add(bytes);
    }
}
