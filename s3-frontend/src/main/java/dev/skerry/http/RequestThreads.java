package dev.skerry.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each request from start to end on a virtual thread of its own: at most so many at once, a few more wait, the
 * rest are refused so that the caller can answer at once that the server is busy. A request that waits for a slow
 * client may leave its place to another, so that slow clients do not keep the others out.
 */
public final class RequestThreads {
    private static final Logger log = LoggerFactory.getLogger(RequestThreads.class);

    private final ThreadFactory threads;
    /** How many may go on without a place. Each has one block of memory ({@link AnswerMemory}). */
    static final int MAX_AWAY = 1024;

    private final int maxRunning;
    private final int maxWaiting;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    // All guarded by lock.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Set<Thread> running = new HashSet<>();
    private final Set<Thread> away = new HashSet<>();
    private boolean closed;

    /** Starts nothing; {@code threads} makes virtual ones in production. */
    public RequestThreads(ThreadFactory threads, int maxRunning, int maxWaiting) {
        if (maxRunning < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException("requests: " + maxRunning + " running, " + maxWaiting
                    + " waiting (expected: 1 or more, 0 or more)");
        }
        this.threads = threads;
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Runs a request now or soon. Never blocks, so it may be called on an event loop.
     *
     * @return false if too many run and wait already, or this is closing: the request will not run
     */
    public boolean submit(Runnable request) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            if (hasPlace()) {
                begin(request);
                return true;
            }
            return waiting.size() < maxWaiting && waiting.add(request);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has the calling request go on without a place, which is given to another; from then on it should do little but
     * wait for its client. Does nothing where too many did so already, or it did. Never blocks.
     */
    public void leave() {
        lock.lock();
        try {
            if (away.size() < MAX_AWAY && running.contains(Thread.currentThread())) {
                away.add(Thread.currentThread());
                beginNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many run now and have a place. */
    public int runningCount() {
        lock.lock();
        try {
            return running.size() - away.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many run now without a place. */
    public int awayCount() {
        lock.lock();
        try {
            return away.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for a thread now. */
    public int waitingCount() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refuses new requests and waits for those accepted; those that still run after {@code drain} are interrupted and
     * given as long again to unwind, at most five seconds.
     *
     * @return whether all of them ended by themselves
     */
    public boolean close(Duration drain) {
        lock.lock();
        try {
            closed = true;
            boolean drained = awaitIdle(drain);
            if (!drained) {
                log.warn("requests interrupted at shutdown running={} waiting={}", running.size(), waiting.size());
                waiting.clear();
                running.forEach(Thread::interrupt);
                awaitIdle(drain.compareTo(Duration.ofSeconds(5)) < 0 ? drain : Duration.ofSeconds(5));
            }
            return drained;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitIdle(Duration limit) {
        long nanos = limit.toNanos();
        try {
            while (!running.isEmpty()) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = idle.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean hasPlace() {
        return running.size() - away.size() < maxRunning;
    }

    private void beginNext() {
        Runnable next = hasPlace() ? waiting.poll() : null;
        if (next != null) {
            begin(next);
        }
    }

    private void begin(Runnable request) {
        Thread thread = threads.newThread(() -> run(request));
        running.add(thread);
        thread.start();
    }

    private void run(Runnable request) {
        try {
            request.run();
        } catch (RuntimeException failure) {
            log.error("request ended with an unexpected failure", failure);
        } finally {
            end();
        }
    }

    private void end() {
        lock.lock();
        try {
            running.remove(Thread.currentThread());
            away.remove(Thread.currentThread());
            beginNext();
            if (running.isEmpty()) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
