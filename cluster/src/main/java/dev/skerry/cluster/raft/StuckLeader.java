package dev.skerry.cluster.raft;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    /** So many looks in a row show the same entry applied and later ones that wait. */
    private static final int PATIENCE = 3;

    private final Supplier<Optional<GroupStatus>> status;
    private final Executor executor;

    // the one look that is under way at a time alone uses these
    private long applied = -1;
    private int seen;
    private int handedOver;

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
     * Names who should lead, every three seconds for as long as this node does and is stuck. Does not block.
     *
     * @param inUse whether the log is looked at any longer
     * @param told the members, of which the first is to lead
     */
    void begin(BooleanSupplier inUse, Consumer<List<NodeId>> told) {
        CompletableFuture.delayedExecutor(LOOK.toMillis(), TimeUnit.MILLISECONDS, executor)
                .execute(() -> {
                    if (inUse.getAsBoolean()) {
                        status.get().flatMap(this::successors).ifPresent(told);
                        begin(inUse, told);
                    }
                });
    }

    /** Who should lead in place of this node, if it is stuck: whoever has most of the log, or the next in turn. */
    Optional<List<NodeId>> successors(GroupStatus now) {
        boolean waits = now.leads() && now.committedIndex() > now.appliedIndex();
        seen = waits && now.appliedIndex() == applied ? seen + 1 : 0;
        applied = waits ? now.appliedIndex() : -1;
        if (!waits) {
            handedOver = 0;
        }
        List<NodeId> others = now.members().stream()
                .filter(node -> !node.equals(now.leader()))
                .sorted(Comparator.comparingLong((NodeId node) -> now.matched().getOrDefault(node, 0L))
                        .reversed())
                .toList();
        if (seen < PATIENCE || others.isEmpty()) {
            return Optional.empty();
        }
        seen = 0;
        List<NodeId> members = new ArrayList<>(now.members());
        NodeId next = others.get(handedOver++ % others.size());
        members.remove(next);
        members.addFirst(next);
        return Optional.of(members);
    }
}
