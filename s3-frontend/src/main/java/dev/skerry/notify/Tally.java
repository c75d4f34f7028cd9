package dev.skerry.notify;

import java.util.concurrent.atomic.LongAdder;

/** What became of a target's events since the start. Safe for many threads. */
final class Tally {
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder lost = new LongAdder();

    void delivered() {
        delivered.increment();
    }

    void failed() {
        failed.increment();
    }

    void lost(long events) {
        lost.add(events);
    }

    long deliveredCount() {
        return delivered.sum();
    }

    long failedCount() {
        return failed.sum();
    }

    long lostCount() {
        return lost.sum();
    }
}
