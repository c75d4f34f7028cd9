package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;

/**
 * Up to where this node must have applied a group's log before a read of its own databases sees all that was
 * acknowledged to anybody before (Ongaro, "Consensus: Bridging Theory and Practice", 6.4). All nodes are asked at once
 * where they stand in all groups; the answer is the commit index of a leader whose term a majority of its voters has
 * not gone beyond. Whatever was committed in a later term before the question, a majority has heard of, and one of them
 * would have said so.
 *
 * <p>One round of questions answers all who came before it began, for whichever groups; those who come while it is
 * under way share the next. Ratis has such reads too, but a deposed leader there answers an index that was once
 * acknowledged without asking anybody, and its questions wait in line with entries. Safe for use by many threads; never
 * blocks.
 */
final class ReadIndexes {
    private static final String STANDING = "raft-standing";

    /** A node that hangs holds up those who come later for no longer. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final NodeId self;
    private final NodeCalls calls;
    private final Supplier<Map<RaftGroupId, Standing>> own;
    private final Supplier<Set<NodeId>> nodes;
    private final Object lock = new Object();

    /** Takes in who comes; guarded by the lock. */
    private Round next = new Round();

    /** Whether the next one waits for one under way; guarded by the lock. */
    private boolean asking;

    /**
     * Answers the others from now on.
     *
     * @param own where this node stands now
     * @param nodes whom to ask: all members of this node's groups
     */
    ReadIndexes(NodeId self, NodeCalls calls, Supplier<Map<RaftGroupId, Standing>> own, Supplier<Set<NodeId>> nodes) {
        this.self = self;
        this.calls = calls;
        this.own = own;
        this.nodes = nodes;
        calls.serve(STANDING, _ -> CompletableFuture.completedFuture(Standing.encode(own.get())));
    }

    /**
     * The index for a group, as it was when this was called or when the {@link ReadScope request} that calls first
     * asked for one; fails with an {@link IOException} where no leader is confirmed at present.
     */
    CompletableFuture<Long> of(RaftGroupId group) {
        Optional<ReadScope> scope = ReadScope.current();
        return scope.flatMap(request -> request.index(group)).orElseGet(() -> ask(group, scope));
    }

    private CompletableFuture<Long> ask(RaftGroupId group, Optional<ReadScope> scope) {
        Round begins = null;
        CompletableFuture<Long> index;
        synchronized (lock) {
            index = next.want(group);
            scope.ifPresent(request -> request.ask(next));
            if (!asking) {
                asking = true;
                begins = next;
                next = new Round();
            }
        }
        if (begins != null) {
            begins.begin();
        }
        return index;
    }

    private void ended() {
        Round begins = null;
        synchronized (lock) {
            if (next.isIdle()) {
                asking = false;
            } else {
                begins = next;
                next = new Round();
            }
        }
        if (begins != null) {
            begins.begin();
        }
    }

    /** One round of questions; everything is guarded by it. */
    final class Round {
        private final Map<RaftGroupId, CompletableFuture<Long>> wanted = new HashMap<>();

        /** What nodes have answered. */
        private final Map<NodeId, Map<RaftGroupId, Standing>> answers = new HashMap<>();

        /** Who has not answered yet. */
        private final Set<NodeId> open = new HashSet<>();

        private boolean begun;
        private boolean over;

        private synchronized CompletableFuture<Long> want(RaftGroupId group) {
            return wanted.computeIfAbsent(group, _ -> new CompletableFuture<>());
        }

        private synchronized boolean isIdle() {
            return wanted.isEmpty();
        }

        /** The same for one who may be answered by what was asked before; nothing where all have answered in vain. */
        synchronized Optional<CompletableFuture<Long>> late(RaftGroupId group) {
            Optional<Long> known = index(group);
            if (known.isPresent()) {
                return known.map(CompletableFuture::completedFuture);
            }
            return begun && open.isEmpty() ? Optional.empty() : Optional.of(want(group));
        }

        void begin() {
            Set<NodeId> asked;
            synchronized (this) {
                begun = true;
                open.addAll(nodes.get());
                open.remove(self);
                asked = Set.copyOf(open);
            }
            answered(self, own.get());
            if (asked.isEmpty()) {
                return;
            }
            CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::end);
            for (NodeId node : asked) {
                CompletableFuture<?> _ = calls.call(node, STANDING, new byte[0])
                        .thenApply(Standing::decode)
                        .whenComplete((standings, failure) -> answered(node, failure == null ? standings : null));
            }
        }

        private void answered(NodeId node, @Nullable Map<RaftGroupId, Standing> standings) {
            boolean all;
            Map<RaftGroupId, CompletableFuture<Long>> waiting;
            Map<RaftGroupId, Long> found = new HashMap<>();
            synchronized (this) {
                waiting = Map.copyOf(wanted);
                open.remove(node);
                if (standings != null) {
                    answers.put(node, standings);
                }
                for (RaftGroupId group : waiting.keySet()) {
                    index(group).ifPresent(index -> found.put(group, index));
                }
                all = open.isEmpty();
            }
            waiting.forEach((group, index) -> {
                Long confirmed = found.get(group);
                if (confirmed != null) {
                    index.complete(confirmed);
                } else if (all) {
                    index.completeExceptionally(
                            new IOException("no leader of group " + group + " is confirmed by a majority at present"));
                }
            });
            if (all || found.size() == waiting.size()) {
                end();
            }
        }

        /** By those who have answered so far. */
        private Optional<Long> index(RaftGroupId group) {
            Standing leader = null;
            for (Map<RaftGroupId, Standing> standings : answers.values()) {
                Standing standing = standings.get(group);
                if (standing != null
                        && standing.leading() != null
                        && (leader == null || standing.term() > leader.term())) {
                    leader = standing;
                }
            }
            if (leader == null || leader.leading() == null) {
                return Optional.empty();
            }
            Standing.Leading leading = leader.leading();
            boolean confirmed = isMajority(group, leader.term(), leading.voters())
                    && (leading.votersBefore().isEmpty() || isMajority(group, leader.term(), leading.votersBefore()));
            return confirmed ? Optional.of(leading.committed()) : Optional.empty();
        }

        private boolean isMajority(RaftGroupId group, long term, Set<NodeId> voters) {
            long agreeing = voters.stream()
                    .map(node -> answers.getOrDefault(node, Map.of()).get(group))
                    .filter(standing -> standing != null && standing.term() <= term)
                    .count();
            return agreeing > voters.size() / 2;
        }

        private void end() {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
            }
            ended();
        }
    }
}
