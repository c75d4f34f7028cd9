package dev.skerry.cluster.peer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether calls to a node are worth a try. Where no connection could be made a few times in a row only one call in each
 * pause tries again, and the others fail at once: who waits for a dead node does not wait for the network as well. Safe
 * for many threads.
 */
final class PeerGate {
    private static final int FAILURES = 3;
    private static final long PAUSE_NANOS = Duration.ofMillis(250).toNanos();

    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nextTryNanos = new AtomicLong();

    /** Whether a call may try. */
    boolean open() {
        if (failures.get() < FAILURES) {
            return true;
        }
        long now = System.nanoTime();
        long due = nextTryNanos.get();
        return now - due >= 0 && nextTryNanos.compareAndSet(due, now + PAUSE_NANOS);
    }

    void connected() {
        failures.set(0);
    }

    void notConnected() {
        nextTryNanos.set(System.nanoTime() + PAUSE_NANOS);
        failures.incrementAndGet();
    }
}
