package dev.skerry.server;

import dev.skerry.admin.Metrics;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.config.Settings;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.Connections;
import dev.skerry.http.RequestThreads;
import dev.skerry.metadata.SqliteCommitLog;
import dev.skerry.notify.Notifications;
import dev.skerry.s3.logging.LogBatches;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What is measured of the parts that only the assembly knows all of. */
final class NodeMetrics {
    private NodeMetrics() {}

    static void bindTo(Metrics metrics, RequestThreads requests, Settings.Limits limits, List<Path> folders) {
        metrics.gauge(
                "skerry.requests.running",
                "Requests worked on now, but for those away",
                Tags.empty(),
                requests::runningCount);
        metrics.gauge("skerry.requests.waiting", "Requests waiting for a thread", Tags.empty(), requests::waitingCount);
        metrics.gauge(
                "skerry.requests.away",
                "Requests that left their place because their clients are slow",
                Tags.empty(),
                requests::awayCount);
        metrics.gauge("skerry.requests.limit", "Requests worked on at a time", Tags.empty(), limits::requests);
        for (Path folder : folders) {
            Tags disk = Tags.of("disk", folder.toString());
            metrics.gauge("skerry.disk.free.bytes", "Bytes this process may still write", disk, () -> free(folder));
            metrics.gauge("skerry.disk.total.bytes", "Size of the file system", disk, () -> total(folder));
        }
    }

    static void bindTo(Metrics metrics, Ground ground) {
        if (ground instanceof SingleNode single) {
            bindTo(metrics, single.log());
        }
    }

    private static void bindTo(Metrics metrics, SqliteCommitLog commitLog) {
        metrics.gauge(
                "skerry.commit.waiting.commands",
                "Commands waiting for a place in a transaction",
                Tags.empty(),
                commitLog::waitingCommands);
        metrics.gauge(
                "skerry.commit.waiting.longest",
                "Those of the slot that has most",
                Tags.empty(),
                commitLog::longestWaiting);
        metrics.gauge(
                "skerry.commit.waiting.limit",
                "Commands that may wait for a slot before writes to it are refused",
                Tags.empty(),
                commitLog::waitingLimit);
        metrics.gauge(
                "skerry.commit.unsynced.commands",
                "Commands that a power cut may still take back",
                Tags.empty(),
                commitLog::unsyncedCommands);
        metrics.gauge(
                "skerry.commit.unsynced.bytes", "The bytes they speak of", Tags.empty(), commitLog::unsyncedBytes);
    }

    static void bindTo(Metrics metrics, Connections connections, Settings.Limits limits) {
        metrics.gauge("skerry.connections.open", "Connections open now", Tags.empty(), connections::openCount);
        metrics.gauge("skerry.connections.limit", "Connections open at a time", Tags.empty(), limits::connections);
        metrics.total(
                "skerry.connections.refused",
                "Connections closed at once because there were enough",
                Tags.empty(),
                connections::refusedCount);
    }

    static void bindTo(Metrics metrics, MetadataStore metadata) {
        metrics.gauge(
                "skerry.slots.quarantined",
                "Slots out of service because their databases are damaged or cannot be read",
                Tags.empty(),
                () -> metadata.quarantined().size());
    }

    static void bindTo(Metrics metrics, AnswerMemory memory) {
        metrics.gauge(
                "skerry.answers.memory.bytes",
                "Memory outside of the heap that the bytes of answers go through",
                Tags.empty(),
                memory::reservedBytes);
        metrics.gauge(
                "skerry.answers.memory.borrowed.bytes",
                "How much of what fast answers share is in use",
                Tags.empty(),
                memory::borrowedBytes);
    }

    static void bindTo(Metrics metrics, LogBatches bucketLogs) {
        metrics.total(
                "skerry.server.access.logs",
                "Logs written to the buckets that others name for them",
                Tags.empty(),
                bucketLogs::writtenObjects);
        metrics.total(
                "skerry.server.access.log.dropped.lines",
                "Lines that could not be written to them",
                Tags.empty(),
                bucketLogs::droppedLines);
        metrics.gauge(
                "skerry.server.access.log.waiting.bytes",
                "Bytes of lines that wait to be written to them",
                Tags.empty(),
                bucketLogs::waitingBytes);
    }

    static void bindTo(Metrics metrics, Notifications notifications) {
        for (String target : notifications.targets()) {
            Tags labels = Tags.of("target", target);
            metrics.total(
                    "skerry.notifications.delivered",
                    "Events a target of notifications took",
                    labels,
                    () -> notifications.deliveredCount(target));
            metrics.total(
                    "skerry.notifications.failed",
                    "Times it did not take one",
                    labels,
                    () -> notifications.failedCount(target));
            metrics.total(
                    "skerry.notifications.lost",
                    "Events that were trimmed from the log before they could be told to it",
                    labels,
                    () -> notifications.lostCount(target));
            metrics.gauge(
                    "skerry.notifications.behind",
                    "Events of the log that it has still to go through, of the slots this node leads",
                    labels,
                    () -> notifications.behindCount(target));
            metrics.gauge(
                    "skerry.notifications.waiting.seconds",
                    "Since the oldest event happened that it has not taken",
                    labels,
                    () -> notifications.waitingSeconds(target));
        }
    }

    private static double free(Path folder) {
        try {
            return SpaceProbe.FILE_SYSTEM.space(folder).usableBytes();
        } catch (IOException _) {
            return Double.NaN;
        }
    }

    private static double total(Path folder) {
        try {
            return SpaceProbe.FILE_SYSTEM.space(folder).totalBytes();
        } catch (IOException _) {
            return Double.NaN;
        }
    }
}
