package dev.skerry.cluster.heal;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.placement.Groups;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Whether nodes have every part of a placement group, as they are to before another node that has them may go. Who is
 * asked goes through all of its parts, which may take long: it is asked again and again, under the same ticket. Safe
 * for many threads.
 */
public final class GroupCatchUp implements GroupParts {
    private static final String SERVICE = "group-parts";
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MAX_TICKETS = 128;
    private static final byte WHOLE = 1;

    private final NodeCalls calls;
    private final Predicate<List<SlotId>> complete;
    private final Groups groups;
    private final Executor executor;

    /** Guarded by itself. A ticket without a true one is under way; one that failed is not there. */
    private final Map<String, Boolean> tickets = new LinkedHashMap<>();

    /**
     * Answers the others from now on.
     *
     * @param complete has this node fetch what it lacks of these slots, and says whether it lacks nothing then; blocks
     * @param executor runs that
     */
    public GroupCatchUp(NodeCalls calls, Predicate<List<SlotId>> complete, Groups groups, Executor executor) {
        this.calls = calls;
        this.complete = complete;
        this.groups = groups;
        this.executor = executor;
        calls.serve(SERVICE, this::asked);
    }

    private CompletableFuture<byte[]> asked(byte[] request) {
        String ticket = new String(request, StandardCharsets.UTF_8);
        PlacementGroup group =
                new PlacementGroup(Integer.parseInt(ticket.lines().findFirst().orElseThrow()));
        synchronized (tickets) {
            Boolean whole = tickets.get(ticket);
            if (whole == null) {
                tickets.put(ticket, false);
                if (tickets.size() > MAX_TICKETS) {
                    tickets.remove(tickets.keySet().iterator().next());
                }
                executor.execute(() -> goThrough(ticket, group));
            }
            return CompletableFuture.completedFuture(Boolean.TRUE.equals(whole) ? new byte[] {WHOLE} : new byte[0]);
        }
    }

    private void goThrough(String ticket, PlacementGroup group) {
        boolean whole = false;
        try {
            whole = complete.test(groups.slotsOf(group));
        } finally {
            synchronized (tickets) {
                if (whole) {
                    tickets.put(ticket, true);
                } else {
                    tickets.remove(ticket);
                }
            }
        }
    }

    @Override
    public boolean isWhole(NodeId node, PlacementGroup group, String ticket) throws InterruptedException {
        byte[] request = (group.value() + "\n" + ticket).getBytes(StandardCharsets.UTF_8);
        try {
            return calls.call(node, SERVICE, request).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).length > 0;
        } catch (ExecutionException | TimeoutException _) {
            return false;
        }
    }
}
