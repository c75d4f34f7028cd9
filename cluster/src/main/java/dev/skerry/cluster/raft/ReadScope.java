package dev.skerry.cluster.raft;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;

/**
 * One request, whose reads share what its first one learnt of where groups stand: all of them see what was acknowledged
 * to anybody before the request began, and that is what it may count on. What a request wrote itself it reads, since
 * after a write it asks anew; and what it learnt a second ago it no longer goes by. A read outside of any request asks
 * for itself.
 */
public final class ReadScope {
    private static final ScopedValue<ReadScope> CURRENT = ScopedValue.newInstance();
    private static final Duration LASTS = Duration.ofSeconds(1);

    private volatile @Nullable Asked asked;

    private record Asked(ReadIndexes.Round round, long at) {}

    private ReadScope() {}

    /** Runs a request on the calling thread; reads of other threads are not of it. */
    public static void run(Runnable request) {
        ScopedValue.where(CURRENT, new ReadScope()).run(request);
    }

    /** The request that the calling thread runs. */
    static Optional<ReadScope> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** Has the calling request ask anew; to be called once a write of its own was decided. */
    static void wrote() {
        current().ifPresent(scope -> scope.asked = null);
    }

    /** The index of a group by the round that was asked for this request; nothing where that cannot say. */
    Optional<CompletableFuture<Long>> index(RaftGroupId group) {
        Asked last = asked;
        return last == null || System.nanoTime() - last.at > LASTS.toNanos()
                ? Optional.empty()
                : last.round.late(group);
    }

    /** Takes note of a round that has not begun yet. */
    void ask(ReadIndexes.Round round) {
        asked = new Asked(round, System.nanoTime());
    }
}
