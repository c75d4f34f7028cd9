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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;

/**
 * Up to where this node must have applied a group's log before a read of its own databases sees all that was
 * acknowledged to anybody before (Ongaro, "Consensus: Bridging Theory and Practice", 6.4). Nodes are asked where they
 * stand in all groups; the answer is the commit index of a leader whose term a majority of its voters has not gone
 * beyond. Whatever was committed in a later term before the question, a majority has heard of, and one of them would
 * have said so. Asked are those who sufficed last time for the groups that are read these days, and all others as well
 * as soon as that turns out too few, or takes long.
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

    /** Nor does one that was asked because it sufficed last time. */
    private static final Duration HASTE = Duration.ofMillis(20);

    /** A group that was read so long ago is expected to be read again. */
    private static final Duration RECENTLY = Duration.ofMillis(250);

    private final NodeId self;
    private final NodeCalls calls;
    private final Supplier<Map<RaftGroupId, Standing>> own;
    private final Supplier<Set<NodeId>> nodes;

    /** Who sufficed, besides this node, when the group was asked for last; nobody where this node is all there is. */
    private final Map<RaftGroupId, Set<NodeId>> enough = new ConcurrentHashMap<>();

    /** When groups were last asked for, by {@link System#nanoTime}. */
    private final Map<RaftGroupId, Long> wantedAt = new ConcurrentHashMap<>();

    private final Object lock = new Object();

    /** Takes in who comes; guarded by the lock. */
    private Round next = new Round();

    /** Whether the next one waits for one under way; guarded by the lock. */
    private boolean asking;

    /** Who says that it leads a group. */
    private record Leader(NodeId node, long term, Standing.Leading leading) {}

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
        wantedAt.put(group, System.nanoTime());
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

    /** Who is to suffice for a round: for the groups that it is for, and for those that will be asked for beside. */
    private Set<NodeId> likely(Set<RaftGroupId> wanted, Set<NodeId> others) {
        long now = System.nanoTime();
        Set<RaftGroupId> expected = new HashSet<>(wanted);
        wantedAt.forEach((group, at) -> {
            if (now - at < RECENTLY.toNanos()) {
                expected.add(group);
            }
        });
        Set<NodeId> likely = new HashSet<>();
        for (RaftGroupId group : expected) {
            Set<NodeId> known = enough.get(group);
            if (known == null || !others.containsAll(known)) {
                return others;
            }
            likely.addAll(known);
        }
        return likely;
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

        /** Who was asked and has not answered yet. */
        private final Set<NodeId> open = new HashSet<>();

        /** Who is asked where the others do not suffice. */
        private final Set<NodeId> rest = new HashSet<>();

        private boolean begun;
        private boolean over;

        private synchronized CompletableFuture<Long> want(RaftGroupId group) {
            return wanted.computeIfAbsent(group, _ -> new CompletableFuture<>());
        }

        private synchronized boolean isIdle() {
            return wanted.isEmpty();
        }

        /** The same for one who may be answered by what was asked before; nothing where all have answered in vain. */
        Optional<CompletableFuture<Long>> late(RaftGroupId group) {
            CompletableFuture<Long> index;
            boolean others;
            synchronized (this) {
                Optional<Long> known = index(group);
                if (known.isPresent()) {
                    return known.map(CompletableFuture::completedFuture);
                }
                if (begun && open.isEmpty() && rest.isEmpty()) {
                    return Optional.empty();
                }
                index = want(group);
                others = begun;
            }
            if (others) {
                askRest();
            }
            return Optional.of(index);
        }

        void begin() {
            Set<NodeId> first;
            boolean more;
            synchronized (this) {
                begun = true;
                rest.addAll(nodes.get());
                rest.remove(self);
                first = Set.copyOf(likely(wanted.keySet(), Set.copyOf(rest)));
                open.addAll(first);
                rest.removeAll(first);
                more = !rest.isEmpty();
            }
            answered(self, own.get());
            if (first.isEmpty() && !more) {
                return;
            }
            CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::end);
            first.forEach(this::ask);
            if (more) {
                CompletableFuture.delayedExecutor(HASTE.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(this::askRestWhereOpen);
            }
        }

        private void ask(NodeId node) {
            CompletableFuture<?> _ = calls.call(node, STANDING, new byte[0])
                    .thenApply(Standing::decode)
                    .whenComplete((standings, failure) -> answered(node, failure == null ? standings : null));
        }

        private void askRestWhereOpen() {
            boolean waiting;
            synchronized (this) {
                waiting = wanted.values().stream().anyMatch(index -> !index.isDone());
            }
            if (waiting) {
                askRest();
            }
        }

        private void askRest() {
            Set<NodeId> asked;
            synchronized (this) {
                asked = Set.copyOf(rest);
                open.addAll(asked);
                rest.clear();
            }
            asked.forEach(this::ask);
        }

        private void answered(NodeId node, @Nullable Map<RaftGroupId, Standing> standings) {
            boolean all;
            boolean more;
            Map<RaftGroupId, CompletableFuture<Long>> waiting;
            Map<RaftGroupId, Long> found = new HashMap<>();
            synchronized (this) {
                waiting = Map.copyOf(wanted);
                open.remove(node);
                if (standings != null) {
                    answers.put(node, standings);
                }
                for (RaftGroupId group : waiting.keySet()) {
                    confirmed(group).ifPresent(leader -> {
                        found.put(group, leader.leading().committed());
                        enough.put(group, sufficient(group, leader));
                    });
                }
                more = open.isEmpty() && !rest.isEmpty() && found.size() < waiting.size();
                all = open.isEmpty() && rest.isEmpty();
            }
            if (more) {
                askRest();
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
            return confirmed(group).map(leader -> leader.leading().committed());
        }

        private Optional<Leader> confirmed(RaftGroupId group) {
            Leader leader = null;
            for (Map.Entry<NodeId, Map<RaftGroupId, Standing>> answer : answers.entrySet()) {
                Standing standing = answer.getValue().get(group);
                if (standing != null
                        && standing.leading() != null
                        && (leader == null || standing.term() > leader.term())) {
                    leader = new Leader(answer.getKey(), standing.term(), standing.leading());
                }
            }
            if (leader == null) {
                return Optional.empty();
            }
            Standing.Leading leading = leader.leading();
            boolean confirmed = isMajority(agreeing(group, leader, leading.voters()), leading.voters())
                    && (leading.votersBefore().isEmpty()
                            || isMajority(agreeing(group, leader, leading.votersBefore()), leading.votersBefore()));
            return confirmed ? Optional.of(leader) : Optional.empty();
        }

        /** Those of them who have heard of no later term. */
        private Set<NodeId> agreeing(RaftGroupId group, Leader leader, Set<NodeId> voters) {
            Set<NodeId> agreeing = new HashSet<>(voters);
            agreeing.removeIf(node -> {
                Standing standing = answers.getOrDefault(node, Map.of()).get(group);
                return standing == null || standing.term() > leader.term();
            });
            return agreeing;
        }

        private static boolean isMajority(Set<NodeId> agreeing, Set<NodeId> voters) {
            return agreeing.size() > voters.size() / 2;
        }

        /** Whom to ask so that the leader is confirmed again, if nothing changes. */
        private Set<NodeId> sufficient(RaftGroupId group, Leader leader) {
            Set<NodeId> voters = leader.leading().voters();
            Set<NodeId> chosen = new HashSet<>(leader.leading().votersBefore());
            chosen.add(leader.node());
            Set<NodeId> agreeing = agreeing(group, leader, voters);
            if (agreeing.contains(self)) {
                chosen.add(self);
            }
            for (NodeId node : agreeing) {
                if (chosen.stream().filter(voters::contains).count() > voters.size() / 2) {
                    break;
                }
                chosen.add(node);
            }
            chosen.remove(self);
            return chosen;
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
