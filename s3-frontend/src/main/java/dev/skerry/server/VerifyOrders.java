package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.admin.Metrics;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.heal.Comparisons;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.raft.RaftNode;
import dev.skerry.cluster.raft.SlotComparison;
import dev.skerry.http.RequestTarget.Parameter;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Has replicas compared: once a day by itself, and as root orders it by {@code admin/v1/cluster/verify}, slot by slot.
 * An order that takes long is answered before it is done, and joined by being given again.
 */
final class VerifyOrders implements AutoCloseable {
    static final String VERIFY = "cluster/verify";
    static final String SLOT = "slot";

    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration INTERVAL = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int slots;
    private final Comparisons comparisons;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("comparison"));

    /** What was ordered and is under way, or was not fetched yet. */
    private final Map<SlotId, CompletableFuture<SlotComparison.Result>> underWay = new ConcurrentHashMap<>();

    VerifyOrders(RaftNode raft, Groups groups, Predicate<SlotId> leads, Metrics metrics) {
        this.slots = groups.slots();
        List<SlotId> all = groups.all().stream()
                .flatMap(group -> groups.slotsOf(group).stream())
                .toList();
        this.comparisons = new Comparisons(all, leads, raft.comparison()::compare);
        String help = "Slots whose replicas this node compared";
        metrics.total(
                "skerry.slots.compared",
                help,
                Tags.of("outcome", "equal"),
                () -> comparisons.counts().equal());
        metrics.total(
                "skerry.slots.compared",
                help,
                Tags.of("outcome", "differing"),
                () -> comparisons.counts().differing());
        metrics.total(
                "skerry.slots.compared",
                help,
                Tags.of("outcome", "unsettled"),
                () -> comparisons.counts().unsettled());
    }

    /** Begins to compare by itself. */
    void start() {
        comparisons.start(timer, FIRST, INTERVAL);
    }

    /** What can be ordered. */
    Map<String, AdminApi.Question> orders() {
        return Map.of(VERIFY, this::verify);
    }

    private Map<String, Object> verify(List<Parameter> parameters) {
        SlotId slot = slot(parameters);
        CompletableFuture<SlotComparison.Result> comparing =
                underWay.computeIfAbsent(slot, _ -> CompletableFuture.supplyAsync(() -> compare(slot), timer));
        try {
            SlotComparison.Result result = comparing.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            underWay.remove(slot, comparing);
            return document(result);
        } catch (TimeoutException _) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put(SLOT, slot.value());
            document.put("under_way", true);
            return document;
        } catch (ExecutionException e) {
            underWay.remove(slot, comparing);
            if (e.getCause() instanceof StoreException failure) {
                throw new IllegalArgumentException(
                        "slot " + slot + " cannot be compared at present: " + failure.getMessage(), failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("the server stops", e);
        }
    }

    private SlotComparison.Result compare(SlotId slot) {
        try {
            return comparisons.compare(slot);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the server stops", e);
        }
    }

    private static Map<String, Object> document(SlotComparison.Result result) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(SLOT, result.slot().value());
        document.put("under_way", false);
        document.put("equal", result.allEqual());
        document.put("settled", result.settled());
        document.put("rows", result.rows());
        document.put("same", result.same().stream().map(NodeId::value).toList());
        List<Map<String, Object>> differing = new ArrayList<>();
        result.differing()
                .forEach((node, slotlets) -> differing.add(Map.of("node", node.value(), "slotlets", slotlets)));
        document.put("differing", differing);
        List<Map<String, Object>> silent = new ArrayList<>();
        result.silent().forEach((node, reason) -> silent.add(Map.of("node", node.value(), "reason", reason)));
        document.put("silent", silent);
        return document;
    }

    private SlotId slot(List<Parameter> parameters) {
        String given = TopologyOrders.given(parameters, SLOT);
        String expected = " (expected: a slot, 0 to " + (slots - 1) + ")";
        try {
            int number = given == null ? -1 : Integer.parseInt(given);
            if (number >= 0 && number < slots) {
                return new SlotId(number);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(SLOT + ": " + given + expected, e);
        }
        throw new IllegalArgumentException(SLOT + ": " + (given == null ? "missing" : given) + expected);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
