package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform threads that read, each with a connection of its own to every slot it was ever asked about. Callers
 * wait, on virtual threads as a rule: SQLite itself would pin their carriers.
 */
final class ReaderPool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReaderPool.class);

    private final SlotDatabases databases;
    private final SqliteMetadataStore.Settings settings;
    private final BlockingQueue<Reading<?>> queue;
    private final List<Thread> threads;
    private volatile boolean closing;

    /** A reader's connection to one slot. */
    private record Connected(Statements statements, SlotQueries queries) {}

    /** What is asked of a slot, and who waits for it. */
    private record Reading<T>(
            SlotId slot, BiFunction<Statements, SlotQueries, T> question, CompletableFuture<T> answer) {
        void answer(Connected connected) {
            answer.complete(question.apply(connected.statements(), connected.queries()));
        }
    }

    ReaderPool(SlotDatabases databases, ThreadFactory threads, SqliteMetadataStore.Settings settings) {
        this.databases = databases;
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.queueLimit());
        this.threads = IntStream.range(0, settings.readers())
                .mapToObj(i -> threads.newThread(this::run))
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Asks one question that is one statement. */
    <T> T ask(SlotId slot, Function<SlotQueries, T> question) {
        return read(slot, (statements, queries) -> question.apply(queries));
    }

    /** Asks one question of several statements, which all see the same committed state. */
    <T> T askOneState(SlotId slot, Function<SlotQueries, T> question) {
        return read(slot, inOneState(question));
    }

    /**
     * Asks one such question for each asker, all before any answer is waited for, so that readers answer side by side.
     * The answers are in the askers' order; one that fails fails all.
     */
    <A, T> List<T> askEachOneState(List<A> askers, Function<A, SlotId> slot, BiFunction<SlotQueries, A, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>(askers.size());
        for (A asker : askers) {
            answers.add(queue(slot.apply(asker), inOneState(queries -> question.apply(queries, asker))));
        }
        List<T> all = new ArrayList<>(askers.size());
        for (int i = 0; i < answers.size(); i++) {
            all.add(await(slot.apply(askers.get(i)), answers.get(i)));
        }
        return all;
    }

    private static <T> BiFunction<Statements, SlotQueries, T> inOneState(Function<SlotQueries, T> question) {
        return (statements, queries) -> {
            statements.begin();
            try {
                return question.apply(queries);
            } finally {
                statements.rollback();
            }
        };
    }

    private <T> T read(SlotId slot, BiFunction<Statements, SlotQueries, T> question) {
        return await(slot, queue(slot, question));
    }

    private <T> CompletableFuture<T> queue(SlotId slot, BiFunction<Statements, SlotQueries, T> question) {
        Reading<T> reading = new Reading<>(slot, question, new CompletableFuture<>());
        try {
            if (closing || !queue.offer(reading, settings.maxQueueWait().toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy(closing ? "the metadata store is closed" : "the queue of readers is full");
            }
        } catch (InterruptedException e) {
            throw interrupted(slot, e);
        }
        if (closing && queue.remove(reading)) {
            throw busy("the metadata store is closed");
        }
        return reading.answer();
    }

    private static <T> T await(SlotId slot, CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            throw interrupted(slot, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static StoreException interrupted(SlotId slot, InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return new StoreException(new StoreFailure.Busy("interrupted while reading slot " + slot), interrupt);
    }

    private void run() {
        Map<SlotId, Connected> connections = new HashMap<>();
        try {
            while (!closing) {
                process(queue.take(), connections);
            }
        } catch (InterruptedException _) {
            // only close() interrupts: the thread ends here
        } finally {
            connections.values().forEach(ReaderPool::disconnect);
        }
    }

    private void process(Reading<?> reading, Map<SlotId, Connected> connections) {
        try {
            reading.answer(connections.computeIfAbsent(reading.slot(), this::connect));
        } catch (RuntimeException | Error e) {
            // nothing of the failed read must outlive it: neither a transaction nor pages the cache took for good
            Connected failed = connections.remove(reading.slot());
            if (failed != null) {
                disconnect(failed);
            }
            reading.answer().completeExceptionally(e);
        }
    }

    private Connected connect(SlotId slot) {
        Statements statements = databases.file(slot).openReader();
        return new Connected(statements, new SlotQueries(slot, statements));
    }

    private static void disconnect(Connected connected) {
        try {
            connected.statements().close();
        } catch (StoreException e) {
            log.warn("closing a reader's connection failed", e);
        }
    }

    /** Ends the threads; reads that wait are told to try again. */
    @Override
    public void close() {
        closing = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        List<Reading<?>> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(reading -> reading.answer().completeExceptionally(busy("the metadata store is closed")));
    }

    private static StoreException busy(String detail) {
        return new StoreException(new StoreFailure.Busy(detail));
    }
}
