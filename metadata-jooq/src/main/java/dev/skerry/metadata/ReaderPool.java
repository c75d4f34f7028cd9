package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A few readers and as many platform threads. Who reads next takes the reader that was given back last, whose pages and
 * statements are the warmest.
 *
 * <p>SQLite holds on to the carrier of a virtual thread while it reads, so most questions are put to the platform
 * threads while their callers wait. Those that find one row are over sooner than another thread is woken: the caller
 * puts them itself, as long as few do at the same time, so that some carrier is free for all else however slow the
 * disk.
 */
final class ReaderPool implements AutoCloseable {
    private final SqliteMetadataStore.Settings settings;
    private final BlockingQueue<Reading<?>> queue;
    private final List<Thread> threads;
    private final BlockingDeque<Reader> idle;
    private final Semaphore direct;
    private volatile boolean closing;

    /** Held by who takes all readers, so that two do not wait for each other; who reads never waits for it. */
    private final ReentrantLock takingAll = new ReentrantLock();

    /** What is asked of a slot, and who waits for it. */
    private record Reading<T>(
            SlotId slot, BiFunction<Statements, SlotQueries, T> question, CompletableFuture<T> answer) {
        void askOf(Reader reader) {
            try {
                answer.complete(reader.ask(slot, question));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }
    }

    ReaderPool(SlotDatabases databases, ThreadFactory threads, SqliteMetadataStore.Settings settings) {
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(settings.queueLimit());
        this.threads = IntStream.range(0, settings.readers())
                .mapToObj(i -> threads.newThread(this::run))
                .toList();
        this.idle = new LinkedBlockingDeque<>(IntStream.range(0, settings.readers())
                .mapToObj(_ -> new Reader(databases))
                .toList());
        this.direct = new Semaphore(settings.direct());
        databases.readBy(this::without);
    }

    /** Does something while no reader is connected to the slot; reads wait meanwhile. */
    private void without(SlotId slot, Runnable work) {
        List<Reader> taken = new ArrayList<>();
        takingAll.lock();
        try {
            while (taken.size() < settings.readers()) {
                taken.add(idle.takeFirst());
            }
            taken.forEach(reader -> reader.forget(slot));
            work.run();
        } catch (InterruptedException e) {
            throw interrupted(slot, e);
        } finally {
            taken.forEach(idle::addFirst);
            takingAll.unlock();
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Asks for one row and what belongs to it, on the calling thread where that may read now. */
    <T> T askForOne(SlotId slot, Function<SlotQueries, T> question) {
        return readHere(slot, (statements, queries) -> question.apply(queries));
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
        return (statements, queries) -> statements.inOneState(() -> question.apply(queries));
    }

    private <T> T readHere(SlotId slot, BiFunction<Statements, SlotQueries, T> question) {
        if (!closing && direct.tryAcquire()) {
            try {
                Reader reader = idle.pollFirst();
                if (reader != null) {
                    try {
                        return reader.ask(slot, question);
                    } finally {
                        idle.addFirst(reader);
                    }
                }
            } finally {
                direct.release();
            }
        }
        return read(slot, question);
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
        try {
            while (!closing) {
                process(queue.take());
            }
        } catch (InterruptedException _) {
            // only close() interrupts: the thread ends here
        }
    }

    private void process(Reading<?> reading) throws InterruptedException {
        Reader reader;
        try {
            reader = idle.takeFirst();
        } catch (InterruptedException e) {
            reading.answer().completeExceptionally(busy("the metadata store is closed"));
            throw e;
        }
        try {
            reading.askOf(reader);
        } finally {
            idle.addFirst(reader);
        }
    }

    /** Ends the threads and closes the readers; reads that wait are told to try again. Does nothing a second time. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
            for (int i = 0; i < settings.readers(); i++) {
                idle.takeFirst().close();
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
