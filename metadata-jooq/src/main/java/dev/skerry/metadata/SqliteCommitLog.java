package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.failure.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/**
 * The commit log of a single node: one writer thread per slot that commits whatever queued while the last commit ran.
 */
public final class SqliteCommitLog implements CommitLog {
    private final SlotDatabases databases;
    private final List<SlotWriter> writers;
    private final Settings settings;

    /**
     * The log's bounds.
     *
     * @param queueLimit commands that may wait for a slot
     * @param maxQueueWait how long a caller waits for a place in the queue before it is told to try again
     * @param maxBatch commands in one transaction
     */
    public record Settings(int queueLimit, Duration maxQueueWait, int maxBatch) {
        /** What a node uses unless told otherwise. */
        public static final Settings DEFAULT = new Settings(1024, Duration.ofSeconds(5), 256);

        public Settings {
            if (queueLimit < 1 || maxQueueWait.isNegative() || maxBatch < 1) {
                throw new IllegalArgumentException("queue of " + queueLimit + ", wait of " + maxQueueWait
                        + ", batch of " + maxBatch + " (expected: 1 or more, 0 or longer, 1 or more)");
            }
        }
    }

    /** Joins the rules to the databases; {@link #start} begins the threads, which should be platform threads. */
    public SqliteCommitLog(
            SlotDatabases databases,
            SlotMachine machine,
            List<EventSink> sinks,
            ThreadFactory threads,
            Settings settings,
            StoreListener listener) {
        this.databases = databases;
        this.settings = settings;
        this.writers = databases.slots().stream()
                .map(slot ->
                        new SlotWriter(slot, databases.connections(slot), machine, sinks, settings, threads, listener))
                .toList();
    }

    /** Begins the writer threads. */
    public void start() {
        writers.forEach(SlotWriter::start);
    }

    @Override
    public void refuseQuarantined(SlotId slot) {
        databases.refuseQuarantined(slot);
    }

    @Override
    public CommandResult commit(SlotId slot, Command command) {
        return writers.get(slot.value()).commit(command);
    }

    @Override
    public List<Outcome> commitAll(List<Addressed> commands) {
        List<CompletableFuture<CommandResult>> queued =
                commands.stream().map(this::queue).toList();
        return queued.stream().map(SqliteCommitLog::outcome).toList();
    }

    private CompletableFuture<CommandResult> queue(Addressed addressed) {
        try {
            return writers.get(addressed.slot().value()).submit(addressed.command());
        } catch (StoreException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Outcome outcome(CompletableFuture<CommandResult> queued) {
        try {
            return new Outcome.Decided(SlotWriter.await(queued));
        } catch (StoreException e) {
            return new Outcome.Failed(e);
        }
    }

    /** Commands that wait for a place in a transaction, over all slots. */
    public int waitingCommands() {
        return writers.stream().mapToInt(SlotWriter::waitingCommands).sum();
    }

    /** How many of them wait for the slot that has most; {@link #waitingLimit} of them make a slot refuse more. */
    public int longestWaiting() {
        return writers.stream().mapToInt(SlotWriter::waitingCommands).max().orElse(0);
    }

    /** Commands that may wait for a slot. */
    public int waitingLimit() {
        return settings.queueLimit();
    }

    /** Commands asked for with {@code PERIODIC} that a power cut may still take back, over all slots. */
    public long unsyncedCommands() {
        return writers.stream().mapToLong(SlotWriter::unsyncedCommands).sum();
    }

    /** The bytes those commands speak of: what the threshold of {@code Durability.PERIODIC} counts. */
    public long unsyncedBytes() {
        return writers.stream().mapToLong(SlotWriter::unsyncedBytes).sum();
    }

    /**
     * Makes everything committed before the call durable. The part files must be synced before, or a row may outlive
     * its bytes. Blocks; cheap where nothing is unsynced.
     *
     * @throws dev.skerry.blob.failure.StoreException as {@link #commit}
     */
    public void sync() {
        List<CompletableFuture<CommandResult>> requests =
                writers.stream().map(SlotWriter::requestSync).toList();
        requests.forEach(SlotWriter::await);
    }

    @Override
    public void close() {
        writers.forEach(SlotWriter::close);
        try {
            for (SlotWriter writer : writers) {
                writer.awaitEnd();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
