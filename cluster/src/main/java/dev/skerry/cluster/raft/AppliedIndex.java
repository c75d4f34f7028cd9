package dev.skerry.cluster.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** How far a group's log has been applied here, and who waits for it to be further. Safe for use by many threads. */
final class AppliedIndex {
    private final NavigableMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();

    /** Guarded by {@link #waiting}. */
    private long applied = -1;

    /** Done once everything up to {@code index} is applied; at once where it is. */
    CompletableFuture<Void> reached(long index) {
        synchronized (waiting) {
            return index <= applied
                    ? CompletableFuture.completedFuture(null)
                    : waiting.computeIfAbsent(index, _ -> new CompletableFuture<>())
                            .copy();
        }
    }

    /** Whether anybody waits. */
    boolean isAwaited() {
        synchronized (waiting) {
            return !waiting.isEmpty();
        }
    }

    /** Everything up to {@code index} is applied from now on; what follows a wait for it runs on this thread. */
    void advance(long index) {
        List<CompletableFuture<Void>> done;
        synchronized (waiting) {
            applied = Math.max(applied, index);
            NavigableMap<Long, CompletableFuture<Void>> reached = waiting.headMap(applied, true);
            done = new ArrayList<>(reached.values());
            reached.clear();
        }
        done.forEach(wait -> wait.complete(null));
    }
}
