package dev.skerry.server;

import dev.skerry.admin.Metrics;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.heal.PartCatchUp;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.raft.GroupStatus;
import dev.skerry.cluster.raft.RaftNode;
import dev.skerry.cluster.topology.NodeReport;
import dev.skerry.cluster.topology.PlacedSlots;
import dev.skerry.cluster.topology.ReplicaLag;
import dev.skerry.cluster.topology.SharedTopology;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What this node says of itself to whoever asks how the cluster is, and shows in its metrics. */
final class OwnReport implements Supplier<NodeReport> {
    private static final String CATALOG = "catalog";
    private static final long LOOK_MILLIS = 1000;

    private final Ports ports;

    /** The logs by their names, the placement groups in their order. */
    private final Map<String, Kept> logs = new TreeMap<>();

    /** Null until upkeep runs. */
    private volatile @Nullable Function<SlotId, Optional<Duration>> sinceScrub;

    /** What it knows it from. */
    record Ports(
            NodeId self,
            SharedTopology topology,
            RaftNode raft,
            PlacedSlots slots,
            PartCatchUp catchUp,
            Moves moves,
            Metrics metrics) {}

    /** A log of the cluster; {@code group} is null for the catalog's. */
    private record Kept(@Nullable PlacementGroup group, ReplicaLag lag) {}

    OwnReport(Ports ports) {
        this.ports = ports;
        logs.put(CATALOG, new Kept(null, new ReplicaLag(System::nanoTime)));
        Groups groups = ports.topology.get().map().groups();
        groups.all()
                .forEach(group ->
                        logs.put(String.valueOf(group.value()), new Kept(group, new ReplicaLag(System::nanoTime))));
        logs.forEach(this::measure);
    }

    /** Who knows when a slot was read through. */
    void scrubs(Function<SlotId, Optional<Duration>> since) {
        sinceScrub = since;
    }

    /** Begins to look how far the replicas are, once a second, until the timer is stopped. */
    void start(ScheduledExecutorService timer) {
        ScheduledFuture<?> _ = timer.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        logs.values()
                .forEach(kept -> ports.raft
                        .status(kept.group)
                        .ifPresent(status -> kept.lag.look(status.appliedIndex(), status.committedIndex())));
    }

    private void measure(String name, Kept kept) {
        Tags labels = Tags.of("log", name);
        gauge("skerry.log.leads", "1 where this node leads the log", labels, kept, status -> status.leads() ? 1 : 0);
        gauge("skerry.log.term", "The term of the log that this node has heard of", labels, kept, GroupStatus::term);
        gauge(
                "skerry.log.lag.commands",
                "Entries this node knows of and has not applied",
                labels,
                kept,
                status -> Math.max(0, status.committedIndex() - status.appliedIndex()));
        gauge(
                "skerry.log.lag.seconds",
                "For how long it has not",
                labels,
                kept,
                status -> kept.lag.millis(status.appliedIndex()) / 1000.0);
        PlacementGroup group = kept.group;
        if (group != null) {
            ports.metrics.gauge(
                    "skerry.group.epoch",
                    "Raised by each change of a placement group's replicas",
                    labels,
                    () -> ports.topology.get().map().of(group).epoch());
            ports.metrics.gauge(
                    "skerry.group.replicas",
                    "Nodes that hold the placement group",
                    labels,
                    () -> ports.topology.get().map().of(group).replicas().size());
        }
    }

    /** Not a number where this node takes no part in the log. */
    private void gauge(String name, String help, Tags labels, Kept kept, ToDoubleFunction<GroupStatus> value) {
        ports.metrics.gauge(
                name,
                help,
                labels,
                () -> ports.raft.status(kept.group).map(value::applyAsDouble).orElse(Double.NaN));
    }

    @Override
    public NodeReport get() {
        List<NodeReport.Log> kept = new ArrayList<>();
        logs.forEach(
                (name, log) -> ports.raft.status(log.group).ifPresent(status -> kept.add(log(name, status, log.lag))));
        if (ports.raft.sharesLog()) {
            kept.stream()
                    .filter(log -> !log.name().equals(CATALOG))
                    .findFirst()
                    .ifPresent(log -> kept.add(log.as(NodeReport.COMMON)));
        }
        PartCatchUp.Progress fetched = ports.catchUp.progress();
        return new NodeReport(
                ports.self,
                ports.metrics.version(),
                ports.topology.revision(),
                kept,
                slots(),
                new NodeReport.Fetched(fetched.fetched(), fetched.fetchedBytes(), fetched.failed()),
                ports.moves.leftovers(),
                ports.moves.saying());
    }

    private static NodeReport.Log log(String name, GroupStatus status, ReplicaLag lag) {
        return new NodeReport.Log(
                name,
                status.leads(),
                status.leader(),
                status.term(),
                status.appliedIndex(),
                status.committedIndex(),
                lag.millis(status.appliedIndex()),
                status.members());
    }

    private List<NodeReport.Slot> slots() {
        Function<SlotId, Optional<Duration>> since = sinceScrub;
        Groups groups = ports.topology.get().map().groups();
        return groups.all().stream()
                .flatMap(group -> groups.slotsOf(group).stream())
                .filter(ports.slots::votes)
                .map(slot -> new NodeReport.Slot(
                        slot.value(),
                        since == null
                                ? null
                                : since.apply(slot).map(Duration::toSeconds).orElse(null)))
                .toList();
    }
}
