package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sees where this node leads a log and cannot apply it, as with a full disk or a damaged slot: its answers are what
 * everybody waits for, so another is to lead.
 */
final class StuckLeader {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** So many looks in a row show the same entry applied and later ones that wait; then twice as many, and so on. */
    private static final int PATIENCE = 3;

    /** After so many doublings it is no longer: some three minutes. */
    private static final int DOUBLINGS = 6;

    private final Supplier<Optional<GroupStatus>> status;
    private final Executor executor;

    // the one look that is under way at a time alone uses these
    private long applied = -1;
    private int seen;

    /** How often another was to lead since this node had applied all there is. */
    private int handedOver;

    /** Who was to, this time round. */
    private final Set<NodeId> tried = new HashSet<>();

    /**
     * Looks after a log from {@link #begin} on.
     *
     * @param status how the log is at present, where that is known
     */
    StuckLeader(Supplier<Optional<GroupStatus>> status, Executor executor) {
        this.status = status;
        this.executor = executor;
    }

    /**
     * Names who should lead, again and again for as long as this node does and is stuck. Does not block.
     *
     * @param inUse whether the log is looked at any longer
     * @param told the members, of which the first is to lead
     */
    void begin(BooleanSupplier inUse, Consumer<List<NodeId>> told) {
        CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> {
                    if (inUse.getAsBoolean()) {
                        try {
                            status.get().flatMap(this::successors).ifPresent(told);
                        } finally {
                            begin(inUse, told);
                        }
                    }
                });
    }

    /**
     * Who should lead in place of this node, if it is stuck: whoever has most of the log, then the others in turn. A
     * node that cannot apply the log and follows remembers whom it has tried: several may be stuck.
     */
    Optional<List<NodeId>> successors(GroupStatus now) {
        boolean waits = now.committedIndex() > now.appliedIndex();
        boolean holdsUp = waits && now.leads();
        seen = holdsUp && now.appliedIndex() == applied ? seen + 1 : 0;
        applied = holdsUp ? now.appliedIndex() : -1;
        if (!waits) {
            handedOver = 0;
            tried.clear();
        }
        List<NodeId> others = now.members().stream()
                .filter(node -> !node.equals(now.leader()))
                .toList();
        if (seen < PATIENCE << Math.min(handedOver, DOUBLINGS) || others.isEmpty()) {
            return Optional.empty();
        }
        seen = 0;
        handedOver++;
        if (tried.containsAll(others)) {
            tried.clear();
        }
        NodeId next = others.stream()
                .filter(node -> !tried.contains(node))
                .max(Comparator.comparingLong(node -> now.matched().getOrDefault(node, 0L)))
                .orElseThrow();
        tried.add(next);
        List<NodeId> members = new ArrayList<>(now.members());
        members.remove(next);
        members.addFirst(next);
        return Optional.of(members);
    }
}
