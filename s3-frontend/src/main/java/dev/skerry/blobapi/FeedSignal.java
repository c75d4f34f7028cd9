package dev.skerry.blobapi;

import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the committing threads meet the subscribers of the change feed: it remembers how far each log is and wakes who
 * waits. It keeps no event, since the log is the buffer; so a slow subscriber costs nobody anything.
 */
public final class FeedSignal implements EventSink, AutoCloseable {
    private final Map<Integer, Long> newest = new ConcurrentHashMap<>();
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Knows nothing yet. */
    public FeedSignal() {}

    @Override
    public void accept(SequencedEvent event) {
        reached(event.source(), event.sequence());
        waiters.forEach(Waiter::wake);
    }

    /** Ends every wait, now and from now on. */
    @Override
    public void close() {
        closed = true;
        waiters.forEach(Waiter::wake);
    }

    boolean closed() {
        return closed;
    }

    /** The greatest sequence heard of a source. */
    OptionalLong newest(int source) {
        Long sequence = newest.get(source);
        return sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence);
    }

    /** A source is at least this far. */
    void reached(int source, long sequence) {
        newest.merge(source, sequence, Math::max);
    }

    /** Opens a wait for the calling thread; what happens from now on wakes it. */
    Waiter waiter() {
        Waiter waiter = new Waiter(Thread.currentThread());
        waiters.add(waiter);
        return waiter;
    }

    /** One thread that wants to be woken. */
    final class Waiter implements AutoCloseable {
        private final Thread thread;
        private volatile boolean woken;

        private Waiter(Thread thread) {
            this.thread = thread;
        }

        /** Forgets the wake-ups so far: to be called before looking whether there is news. */
        void arm() {
            woken = false;
        }

        /** Returns at the first wake-up since {@link #arm}, or after the time given, or when interrupted. */
        void await(Duration limit) {
            long deadline = System.nanoTime() + limit.toNanos();
            while (!woken && !closed && !Thread.currentThread().isInterrupted()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                LockSupport.parkNanos(this, left);
            }
        }

        void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void close() {
            waiters.remove(this);
        }
    }
}
