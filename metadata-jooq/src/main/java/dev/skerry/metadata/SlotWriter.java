package dev.skerry.metadata;

import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.event.EventFanOut;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one slot: takes whatever queued while the last commit ran, applies it in one transaction, and tells the
 * callers once that is committed.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A caller hears of a success only after its COMMIT returned, and of its events after the sinks did.
 *   <li>When a command throws, the whole transaction is rolled back and each of its commands gets one of its own, so
 *       that none suffers for its neighbour. A savepoint for each would cost the healthy path two statements per
 *       command, and would not survive a full disk, on which SQLite may end the transaction itself.
 *   <li>When a COMMIT fails in any way but a full disk, what is on disk is unknown: all of the batch hear
 *       {@code StorageFault}, none is tried again, and the connection is opened anew.
 *   <li>Once the slot is known to be damaged nothing is written to it any more.
 *   <li>A transaction that anybody asked {@link Durability#ALWAYS} of is fsynced, and with it all before it.
 * </ul>
 */
final class SlotWriter {
    private static final Logger log = LoggerFactory.getLogger(SlotWriter.class);

    private final SlotId slot;
    private final SlotConnection.Source source;
    private final SlotMachine machine;
    private final EventFanOut sinks;
    private final SqliteCommitLog.Settings settings;
    private final StoreListener listener;
    private final BlockingQueue<Submission> queue;
    private final Thread thread;

    // the writer thread's own
    private final SlotConnection connection;

    // written by the writer thread alone
    private volatile long unsyncedCommands;
    private volatile long unsyncedBytes;
    private volatile boolean unsynced;

    private volatile boolean closing;
    private volatile boolean ended;

    /** A command and who waits for it; without a command it asks for an fsync alone. */
    private record Submission(@Nullable Command command, CompletableFuture<CommandResult> result) {
        boolean asks(Durability durability) {
            return command == null
                    ? durability == Durability.ALWAYS
                    : command.origin().durability() == durability;
        }
    }

    /**
     * Of one slot.
     *
     * @param source gives the connection to write with, and another one where that had to be given up; knows whether
     *     the slot is in service
     */
    SlotWriter(
            SlotId slot,
            SlotConnection.Source source,
            SlotMachine machine,
            List<EventSink> sinks,
            SqliteCommitLog.Settings settings,
            ThreadFactory threads,
            StoreListener listener) {
        this.slot = slot;
        this.source = source;
        this.connection = new SlotConnection(slot, source);
        this.machine = machine;
        this.sinks = new EventFanOut(sinks);
        this.settings = settings;
        this.listener = listener;
        this.queue = new ArrayBlockingQueue<>(settings.queueLimit());
        this.thread = threads.newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** See {@link dev.skerry.blob.commit.CommitLog#commit}. */
    CommandResult commit(Command command) {
        return await(submit(command));
    }

    /**
     * Asks for an fsync of all that was committed before; {@link #await} waits for it. Out of service there is none.
     */
    CompletableFuture<CommandResult> requestSync() {
        return unsynced && source.inService()
                ? submit(null)
                : CompletableFuture.completedFuture(new CommandResult.Done());
    }

    /**
     * Waits for a result. An interrupt does not end the wait, for the command may be applied whether or not anybody
     * listens; the flag is kept.
     */
    static CommandResult await(CompletableFuture<CommandResult> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Queues a command; {@link #await} waits for it. Without one it asks for an fsync alone. */
    CompletableFuture<CommandResult> submit(@Nullable Command command) {
        Submission submission = new Submission(command, new CompletableFuture<>());
        try {
            if (closing || !queue.offer(submission, settings.maxQueueWait().toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy(closing ? "the commit log is closing" : "the queue of slot " + slot + " is full");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy("interrupted while queued for slot " + slot);
        }
        if (ended && queue.remove(submission)) {
            throw busy("the commit log is closed");
        }
        return submission.result();
    }

    int waitingCommands() {
        return queue.size();
    }

    long unsyncedCommands() {
        return unsyncedCommands;
    }

    long unsyncedBytes() {
        return unsyncedBytes;
    }

    /** Refuses new commands; those queued are still applied. */
    void close() {
        closing = true;
        thread.interrupt();
    }

    /** Waits until the writer has ended. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    private void run() {
        List<Submission> batch = new ArrayList<>();
        try {
            while (take(batch)) {
                process(batch);
                batch.clear();
            }
        } finally {
            ended = true;
            queue.drainTo(batch);
            batch.forEach(submission -> submission.result().completeExceptionally(busy("the commit log is closed")));
            connection.checkpoint();
            connection.close();
        }
    }

    /** Fills the batch with what waits, or waits for the first; false once the log is closing and nothing is left. */
    private boolean take(List<Submission> batch) {
        queue.drainTo(batch, settings.maxBatch());
        while (batch.isEmpty() && !closing) {
            try {
                batch.add(queue.take());
                queue.drainTo(batch, settings.maxBatch() - 1);
            } catch (InterruptedException _) {
                // only close() interrupts, and the condition above sees that
                queue.drainTo(batch, settings.maxBatch());
            }
        }
        return !batch.isEmpty();
    }

    private void process(List<Submission> batch) {
        try {
            commit(batch);
        } catch (SlotConnection.CommitUnknown e) {
            connection.close();
            source.showsDamage(e.failure());
            batch.forEach(submission -> submission.result().completeExceptionally(e.failure()));
        } catch (RuntimeException | Error e) {
            if (source.showsDamage(e)) {
                connection.close();
            }
            if (batch.size() == 1) {
                batch.getFirst().result().completeExceptionally(e);
            } else {
                batch.forEach(submission -> process(List.of(submission)));
            }
        }
    }

    /**
     * Applies the batch in one transaction; when this throws anything but {@link SlotConnection.CommitUnknown}, none of
     * it is.
     */
    private void commit(List<Submission> batch) {
        source.refuseQuarantined();
        boolean full = batch.stream().anyMatch(submission -> submission.asks(Durability.ALWAYS));
        SlotConnection.Open open = connection.in(full);
        SqliteSlotTables tables = open.tables();
        List<CommandResult> results = new ArrayList<>(batch.size());
        long begun = System.nanoTime();
        open.statements().beginWrite();
        try {
            tables.transactionBegins();
            for (Submission submission : batch) {
                tables.commandBegins();
                results.add(apply(tables, submission.command()));
            }
            if (full && (unsynced || batch.stream().anyMatch(SlotWriter::isBarrier))) {
                tables.touch();
            }
        } catch (RuntimeException | Error e) {
            connection.rollback(open);
            throw e;
        }
        List<SequencedEvent> events = tables.appended();
        connection.commit(open);
        tables.transactionCommitted();
        long took = System.nanoTime() - begun;
        account(batch, full);
        tell(batch.size(), took);
        events.forEach(sinks::accept);
        for (int i = 0; i < results.size(); i++) {
            batch.get(i).result().complete(results.get(i));
        }
    }

    private CommandResult apply(SqliteSlotTables tables, @Nullable Command command) {
        return command == null ? new CommandResult.Done() : machine.apply(tables, command);
    }

    private static boolean isBarrier(Submission submission) {
        return submission.command() instanceof Command.Barrier;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer thread writes them
    private void account(List<Submission> batch, boolean full) {
        if (full) {
            unsynced = false;
            unsyncedCommands = 0;
            unsyncedBytes = 0;
            return;
        }
        long commands = 0;
        long bytes = 0;
        for (Submission submission : batch) {
            if (submission.asks(Durability.PERIODIC)) {
                commands++;
                bytes += bytes(submission.command());
            }
        }
        unsynced = true;
        unsyncedCommands = unsyncedCommands + commands;
        unsyncedBytes = unsyncedBytes + bytes;
    }

    private static long bytes(@Nullable Command command) {
        return switch (command) {
            case Command.PutBlob put -> put.body().sizeBytes();
            case Command.ImportBlob imported ->
                imported.body() == null ? 0 : imported.body().sizeBytes();
            case Command.AddUploadPart add -> add.part().sizeBytes();
            case null, default -> 0;
        };
    }

    /** What a listener throws must not look like a commit that failed: the batch would be applied again. */
    private void tell(int commands, long tookNanos) {
        try {
            listener.committed(commands, tookNanos);
        } catch (RuntimeException e) {
            log.warn("a store listener failed slot={}", slot, e);
        }
    }

    private static StoreException busy(String detail) {
        return new StoreException(new StoreFailure.Busy(detail));
    }
}
