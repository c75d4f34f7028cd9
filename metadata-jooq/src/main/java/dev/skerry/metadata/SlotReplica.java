package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.commit.SlotReplicas.Application;
import dev.skerry.blob.event.EventFanOut;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies to one slot what its placement group's log has decided: whatever queued while the last commit ran, and what
 * comes within a moment, in one transaction, which also says how far the slot is. Whoever waits for results has them
 * before the commit: the log is what makes an entry durable, and its results are the same however often it is applied.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Entries are applied in the order given, each once: what the position in the rows covers is left out.
 *   <li>No entry is left out because it failed. Where the disk or the database fails, the whole batch is tried again
 *       until it is applied; on a slot that is out of service it waits.
 *   <li>A commit is fsynced only when {@link #sync} asks: the log gives again what a power cut takes.
 * </ul>
 */
final class SlotReplica {
    private static final Logger log = LoggerFactory.getLogger(SlotReplica.class);
    private static final int MAX_BATCH = 256;

    /** How long an entry may wait to be committed together with others, unless somebody is to see it. */
    private static final Duration LATER = Duration.ofMillis(50);

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    private final SlotId slot;
    private final SlotConnection.Source source;
    private final SlotConnection connection;
    private final SlotMachine machine;
    private final EventFanOut sinks;
    private final StoreListener listener;
    private final SlotDigests digests;
    private final BlockingQueue<Step> queue = new LinkedBlockingQueue<>();
    private final BlockingQueue<Replacement> replacements = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** How many entries were queued. */
    private final AtomicLong given = new AtomicLong();

    /** Up to which of them the thread was told to hurry. */
    private final AtomicLong hurried = new AtomicLong();

    /** How many of them are committed; changed by the thread alone. */
    private final AtomicLong committed = new AtomicLong();

    /** What ended the last transaction and belongs to the next; of the thread alone. */
    private @Nullable Step held;

    private volatile LogPosition position;
    private volatile boolean closing;

    /** What the thread is asked for. */
    private sealed interface Step {
        LogPosition at();

        /** Whether others may share its transaction only where they are there already. */
        default boolean isAwaited() {
            return true;
        }

        /** Tells whoever waits that the transaction is committed. */
        void done();
    }

    /** An entry of the log. */
    private static final class Entry implements Step {
        private final LogPosition at;
        private final List<Command> commands;
        private final boolean awaited;
        private final Application application = new Application(new CompletableFuture<>(), new CompletableFuture<>());
        private @Nullable List<CommandResult> results;

        Entry(LogPosition at, List<Command> commands, boolean awaited) {
            this.at = at;
            this.commands = commands;
            this.awaited = awaited;
        }

        @Override
        public boolean isAwaited() {
            return awaited;
        }

        @Override
        public LogPosition at() {
            return at;
        }

        /** Tells the results, which stay what they are where the transaction has to be tried again. */
        void tell() {
            application.results().complete(results);
        }

        @Override
        public void done() {
            application.seen().complete(null);
        }
    }

    /** An fsync of all before it. */
    private record Sync(LogPosition at, CompletableFuture<Void> synced) implements Step {
        @Override
        public void done() {
            synced.complete(null);
        }
    }

    /** Adding up what there is once all before it is committed; the last of its batch. */
    private record Digesting(SlotDigests digests, CompletableFuture<RowDigest> digest) implements Step {
        @Override
        public LogPosition at() {
            return LogPosition.START;
        }

        @Override
        public void done() {
            CompletableFuture<RowDigest> _ = digests.begin().whenComplete((made, failure) -> {
                if (failure == null) {
                    digest.complete(made);
                } else {
                    digest.completeExceptionally(failure);
                }
            });
        }
    }

    /** Wakes the thread, which may have something else to do. */
    private record Nudge() implements Step {
        @Override
        public LogPosition at() {
            return LogPosition.START;
        }

        @Override
        public void done() {
            // nobody waits for it
        }
    }

    /** Going on with the database that arrived from another node, or with an empty one where that is null. */
    private record Replacement(@Nullable LogPosition atLeast, CompletableFuture<Void> done) {}

    /** Reads how far the slot is; {@link #start} begins. */
    SlotReplica(
            SlotId slot,
            SlotConnection.Source source,
            SlotMachine machine,
            EventFanOut sinks,
            ThreadFactory threads,
            StoreListener listener,
            SlotDigests digests) {
        this.slot = slot;
        this.digests = digests;
        this.source = source;
        this.connection = new SlotConnection(slot, source);
        this.machine = machine;
        this.sinks = sinks;
        this.listener = listener;
        this.thread = threads.newThread(this::run);
        this.position = source.inService() ? connection.in(false).tables().position() : LogPosition.START;
    }

    void start() {
        thread.start();
    }

    LogPosition position() {
        return position;
    }

    /** See {@link dev.skerry.blob.commit.SlotReplicas#apply}; later, where it is not awaited. */
    Application apply(LogPosition at, List<Command> commands, boolean awaited) {
        Entry entry = new Entry(at, commands, awaited);
        queue.add(entry);
        given.incrementAndGet();
        return entry.application;
    }

    /** See {@link dev.skerry.blob.commit.SlotReplicas#hurry}. */
    void hurry() {
        long upTo = given.get();
        if (committed.get() < upTo && hurried.getAndAccumulate(upTo, Math::max) < upTo) {
            queue.add(new Nudge());
        }
    }

    /** See {@link dev.skerry.blob.commit.SlotReplicas#sync}. */
    void sync(LogPosition upTo) {
        source.refuseQuarantined();
        Sync sync = new Sync(upTo, new CompletableFuture<>());
        queue.add(sync);
        if (closing) {
            throw closed();
        }
        sync.synced().join();
    }

    /** See {@link dev.skerry.blob.commit.SlotReplicas#digest}. */
    CompletableFuture<RowDigest> digest() {
        Digesting step = new Digesting(digests, new CompletableFuture<>());
        queue.add(step);
        if (closing) {
            step.digest().completeExceptionally(closed());
        }
        return step.digest();
    }

    /** See {@link dev.skerry.blob.commit.SlotReplicas#replace}. */
    void replace(LogPosition atLeast) {
        replace(new Replacement(atLeast, new CompletableFuture<>()));
    }

    /** See {@link dev.skerry.blob.commit.SlotReplicas#erase}. */
    void erase() {
        replace(new Replacement(null, new CompletableFuture<>()));
    }

    private void replace(Replacement replacement) {
        replacements.add(replacement);
        queue.add(new Nudge());
        if (closing) {
            throw closed();
        }
        try {
            replacement.done().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreException failure ? failure : e;
        }
    }

    private void replaceNow(Replacement replacement) {
        try {
            digests.breakOff();
            connection.checkpoint();
            connection.close();
            LogPosition atLeast = replacement.atLeast();
            if (atLeast == null) {
                source.erase();
                position = connection.in(false).tables().position();
                log.info("a slot was emptied slot={}", slot);
            } else if (source.replace(position, atLeast)) {
                position = connection.in(false).tables().position();
                log.info("a slot goes on with another node's copy slot={} index={}", slot, position.index());
            }
            replacement.done().complete(null);
        } catch (RuntimeException e) {
            replacement.done().completeExceptionally(e);
        }
    }

    private void takeReplacement(Duration wait) throws InterruptedException {
        Replacement replacement = replacements.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (replacement != null) {
            replaceNow(replacement);
        }
    }

    /** Ends once what is under way is committed; what is queued stays undone. */
    void close() {
        closing = true;
        thread.interrupt();
    }

    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    private void run() {
        List<Step> batch = new ArrayList<>();
        try {
            while (!closing) {
                collect(batch);
                applyUntilDone(batch);
                batch.clear();
            }
        } catch (InterruptedException _) {
            // only close() interrupts
        } finally {
            if (held != null) {
                batch.add(held);
            }
            queue.drainTo(batch);
            for (Step step : batch) {
                switch (step) {
                    case Sync sync -> sync.synced().completeExceptionally(closed());
                    case Digesting digesting -> digesting.digest().completeExceptionally(closed());
                    case Entry _, Nudge _ -> {}
                }
            }
            digests.breakOff();
            for (Replacement replacement = replacements.poll();
                    replacement != null;
                    replacement = replacements.poll()) {
                replacement.done().completeExceptionally(closed());
            }
            connection.checkpoint();
            connection.close();
        }
    }

    /**
     * Waits for a step, and takes with it what queued; nothing after one that wants to see what is committed. Where
     * nobody waits for any of them, more may come.
     */
    private void collect(List<Step> batch) throws InterruptedException {
        @Nullable Step next = held == null ? queue.take() : held;
        held = null;
        long end = System.nanoTime() + LATER.toNanos();
        boolean awaited = false;
        while (next != null) {
            batch.add(next);
            awaited |= next.isAwaited();
            boolean last = next instanceof Digesting || batch.size() == MAX_BATCH;
            long left = awaited ? 0 : end - System.nanoTime();
            next = last ? null : queue.poll(left, TimeUnit.NANOSECONDS);
        }
    }

    private void applyUntilDone(List<Step> batch) throws InterruptedException {
        Duration wait = FIRST_RETRY;
        boolean first = true;
        takeReplacement(Duration.ZERO);
        while (!batch.stream().allMatch(Nudge.class::isInstance)) {
            try {
                commit(batch, first);
                committed.addAndGet(
                        batch.stream().filter(Entry.class::isInstance).count());
                batch.forEach(Step::done);
                return;
            } catch (SlotConnection.CommitUnknown e) {
                // whether it was committed stands in the rows
                connection.close();
                failed(e.failure(), wait);
            } catch (RuntimeException e) {
                failed(e, wait);
            }
            first = false;
            if (closing) {
                throw new InterruptedException("the replica is closed");
            }
            takeReplacement(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? wait.multipliedBy(2) : LONGEST_RETRY;
        }
    }

    private void failed(RuntimeException failure, Duration wait) {
        if (source.showsDamage(failure)) {
            connection.close();
        }
        log.warn("the log could not be applied and is tried again slot={} ms={}", slot, wait.toMillis(), failure);
    }

    /** The batch grows by what shares its transaction, unless it has failed before: others are not told then. */
    private void commit(List<Step> batch, boolean grows) {
        source.refuseQuarantined();
        boolean full = batch.stream().anyMatch(Sync.class::isInstance);
        SlotConnection.Open open = connection.in(full);
        long begun = System.nanoTime();
        long waited;
        LogPosition reached;
        open.statements().beginWrite();
        try {
            open.tables().transactionBegins();
            reached = applyAll(open.tables(), batch, open.tables().position());
            waited = 0;
            for (long left = left(batch, begun); grows && left > 0 && held == null; left = left(batch, begun)) {
                long before = System.nanoTime();
                List<Step> more = more(left, MAX_BATCH - batch.size());
                waited += System.nanoTime() - before;
                batch.addAll(more);
                reached = applyAll(open.tables(), more, reached);
            }
            open.tables().setPosition(reached);
            if (full) {
                // a transaction that changes nothing is no fsync, and what was committed before asks for one
                open.tables().touch();
            }
        } catch (RuntimeException | Error e) {
            connection.rollback(open);
            throw e;
        }
        List<SequencedEvent> events = open.tables().appended();
        connection.commit(open);
        open.tables().transactionCommitted();
        position = reached;
        listener.committed(batch.size(), System.nanoTime() - begun - waited);
        events.forEach(sinks::accept);
    }

    /** How long more may come to a transaction, in nanoseconds: only where all that is in it may wait to be seen. */
    private long left(List<Step> batch, long begun) {
        boolean stays = !closing
                && batch.size() < MAX_BATCH
                && batch.stream().allMatch(Entry.class::isInstance)
                && batch.stream().anyMatch(Step::isAwaited);
        return stays ? begun + LATER.toNanos() - System.nanoTime() : 0;
    }

    /** Entries that come within so many nanoseconds; what is none is held for the next transaction. */
    private List<Step> more(long nanos, int limit) {
        List<Step> more = new ArrayList<>();
        try {
            Step next = queue.poll(nanos, TimeUnit.NANOSECONDS);
            while (next instanceof Entry) {
                more.add(next);
                next = more.size() < limit ? queue.poll() : null;
            }
            held = next;
        } catch (InterruptedException _) {
            // only close() interrupts: what is under way is committed, and nothing more is taken
            closing = true;
        }
        return more;
    }

    private LogPosition applyAll(SqliteSlotTables tables, List<Step> steps, LogPosition from) {
        LogPosition reached = from;
        for (Step step : steps) {
            boolean fresh = step.at().index() > reached.index();
            if (step instanceof Entry entry) {
                // once told it stays, also where the commit before went through unnoticed
                entry.results = fresh ? apply(tables, entry.commands) : null;
            }
            if (fresh) {
                reached = step.at();
            }
        }
        for (Step step : steps) {
            if (step instanceof Entry entry) {
                entry.tell();
            }
        }
        return reached;
    }

    private List<CommandResult> apply(SqliteSlotTables tables, List<Command> commands) {
        List<CommandResult> results = new ArrayList<>(commands.size());
        for (Command command : commands) {
            tables.commandBegins();
            results.add(machine.apply(tables, command));
        }
        return results;
    }

    private static StoreException closed() {
        return new StoreException(new StoreFailure.Busy("the replica is closed"));
    }
}
