package dev.skerry.cluster.peer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one line into the log in ten seconds, where the same is to be said with every call. Safe for many threads. */
final class Complaints {
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

    /** Whether it may be said now. */
    boolean due() {
        long now = System.nanoTime();
        long next = nextNanos.get();
        return now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS);
    }
}
