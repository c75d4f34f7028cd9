package dev.skerry.cluster.topology;

import java.util.function.LongSupplier;

/**
 * For how long a replica has been behind its log: the age of the oldest look at which the log had an entry that is not
 * applied yet. To be told regularly. Safe for many threads.
 */
public final class ReplicaLag {
    private final LongSupplier nanoClock;

    // Guarded by this.
    private long awaitedIndex = -1;
    private long sinceNanos;

    /** Not behind yet. */
    public ReplicaLag(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Where the replica and the log are now. */
    public synchronized void look(long applied, long committed) {
        if (applied >= awaitedIndex) {
            awaitedIndex = committed;
            sinceNanos = nanoClock.getAsLong();
        }
    }

    /** How long it has been behind, where that is where it is now. */
    public synchronized long millis(long applied) {
        return applied >= awaitedIndex ? 0 : Math.max(0, nanoClock.getAsLong() - sinceNanos) / 1_000_000;
    }
}
