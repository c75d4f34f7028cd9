package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.admin.Metrics;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.heal.Comparisons;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.raft.RaftNode;
import dev.skerry.cluster.raft.Verdict;
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
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Has replicas compared: once a day by itself, and as root orders it by {@code admin/v1/cluster/verify}: those of a
 * slot, or of the catalog. An order that takes long is answered before it is done, and joined by being given again.
 */
final class VerifyOrders implements AutoCloseable {
    static final String VERIFY = "cluster/verify";
    static final String SLOT = "slot";
    static final String CATALOG = "catalog";

    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration INTERVAL = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int slots;
    private final Comparisons comparisons;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("comparison"));

    /** What was ordered and is under way, or was not fetched yet. */
    private final Map<Replicas, CompletableFuture<Verdict>> underWay = new ConcurrentHashMap<>();

    /** Of a slot, or of the catalog where that is null. */
    private record Replicas(@Nullable SlotId slot) {
        Map<String, Object> named() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put(slot == null ? CATALOG : SLOT, slot == null ? true : slot.value());
            return document;
        }

        @Override
        public String toString() {
            return slot == null ? "the catalog" : "slot " + slot;
        }
    }

    VerifyOrders(RaftNode raft, Groups groups, Predicate<SlotId> leads, Metrics metrics) {
        this.slots = groups.slots();
        List<SlotId> all = groups.all().stream()
                .flatMap(group -> groups.slotsOf(group).stream())
                .toList();
        this.comparisons = new Comparisons(all, new Comparisons.Leading(leads, raft::leadsCatalog), raft.comparison());
        count(metrics, "skerry.slots.compared", "Slots whose replicas this node compared", comparisons::counts);
        count(
                metrics,
                "skerry.catalog.compared",
                "How often this node compared the catalog's replicas",
                comparisons::catalogCounts);
    }

    private static void count(Metrics metrics, String name, String help, Supplier<Comparisons.Counts> counts) {
        Map<String, ToLongFunction<Comparisons.Counts>> outcomes = Map.of(
                "equal", Comparisons.Counts::equal,
                "differing", Comparisons.Counts::differing,
                "unsettled", Comparisons.Counts::unsettled);
        outcomes.forEach((outcome, of) ->
                metrics.total(name, help, Tags.of("outcome", outcome), () -> of.applyAsLong(counts.get())));
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
        Replicas asked = asked(parameters);
        CompletableFuture<Verdict> comparing =
                underWay.computeIfAbsent(asked, _ -> CompletableFuture.supplyAsync(() -> compare(asked), timer));
        Map<String, Object> document = asked.named();
        try {
            Verdict verdict = comparing.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            underWay.remove(asked, comparing);
            document.put("under_way", false);
            say(verdict, document);
        } catch (TimeoutException _) {
            document.put("under_way", true);
        } catch (ExecutionException e) {
            underWay.remove(asked, comparing);
            if (e.getCause() instanceof StoreException failure) {
                throw new IllegalArgumentException(
                        asked + " cannot be compared at present: " + failure.getMessage(), failure);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("the server stops", e);
        }
        return document;
    }

    private Verdict compare(Replicas asked) {
        try {
            return asked.slot == null ? comparisons.compareCatalog() : comparisons.compare(asked.slot);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the server stops", e);
        }
    }

    private static void say(Verdict verdict, Map<String, Object> document) {
        document.put("equal", verdict.allEqual());
        document.put("settled", verdict.settled());
        document.put("rows", verdict.rows());
        document.put("same", verdict.same().stream().map(NodeId::value).toList());
        List<Map<String, Object>> differing = new ArrayList<>();
        verdict.differing()
                .forEach((node, slotlets) -> differing.add(Map.of("node", node.value(), "slotlets", slotlets)));
        document.put("differing", differing);
        List<Map<String, Object>> silent = new ArrayList<>();
        verdict.silent().forEach((node, reason) -> silent.add(Map.of("node", node.value(), "reason", reason)));
        document.put("silent", silent);
    }

    private Replicas asked(List<Parameter> parameters) {
        if (TopologyOrders.given(parameters, CATALOG) != null) {
            return new Replicas(null);
        }
        String given = TopologyOrders.given(parameters, SLOT);
        String expected = " (expected: a slot, 0 to " + (slots - 1) + ", or the parameter " + CATALOG + ")";
        try {
            int number = given == null ? -1 : Integer.parseInt(given);
            if (number >= 0 && number < slots) {
                return new Replicas(new SlotId(number));
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
