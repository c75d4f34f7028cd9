package dev.skerry.server;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.heal.GroupCatchUp;
import dev.skerry.cluster.heal.PartCatchUp;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.raft.GroupLogs;
import dev.skerry.cluster.raft.RaftCatalog;
import dev.skerry.cluster.raft.RaftNode;
import dev.skerry.cluster.topology.Mover;
import dev.skerry.cluster.topology.NodeReports;
import dev.skerry.cluster.topology.OwnGroups;
import dev.skerry.cluster.topology.SharedTopology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What has this node's groups follow the topology, and those of all nodes while this one leads the catalog. */
final class Moves implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Ports ports;
    private final Duration pause;
    private final GroupLogs logs;
    private final GroupCatchUp parts;
    private final OwnGroups own;
    private final ExecutorService fetching;
    private final ScheduledExecutorService following =
            Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("own-groups"));
    private final ScheduledExecutorService moving =
            Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("mover"));

    /** Null until it begins. */
    private volatile @Nullable Mover mover;

    /**
     * What it works with.
     *
     * @param ownParts those on this node's disks
     * @param threads makes virtual ones
     */
    record Ports(
            NodeId self,
            SharedTopology topology,
            NodeCalls calls,
            RaftNode raft,
            RaftCatalog catalog,
            PartCatchUp catchUp,
            PartStore ownParts,
            ThreadFactory threads) {}

    /** Answers what others ask about parts; {@link #start} begins the rest. */
    Moves(Ports ports, Duration pause) {
        this.ports = ports;
        this.pause = pause;
        this.logs = ports.raft.logs();
        this.fetching = Executors.newThreadPerTaskExecutor(ports.threads);
        this.parts = new GroupCatchUp(
                ports.calls, ports.catchUp::complete, ports.topology.get().map().groups(), fetching);
        this.own = new OwnGroups(
                new OwnGroups.Ports(ports.self, ports.topology, logs, parts, this::eraseParts, following));
    }

    private void eraseParts(SlotId slot) {
        ports.ownParts.folders(slot, folder -> ports.ownParts.discard(slot, folder));
    }

    /** Begins. */
    void start(NodeReports reports, Predicate<NodeId> up) {
        own.start();
        Mover begun = new Mover(
                new Mover.Ports(
                        ports.topology,
                        ports.catalog::keepDocument,
                        logs,
                        parts,
                        reports::ask,
                        up,
                        ports.raft::leadsCatalog,
                        System::nanoTime),
                new Mover.Settings(LOOK, pause, FAREWELL));
        mover = begun;
        begun.start(moving);
    }

    /** See {@link OwnGroups#leftovers}. */
    List<Integer> leftovers() {
        return own.leftovers();
    }

    /** See {@link Mover#saying}. */
    String saying() {
        Mover begun = mover;
        return begun == null ? "" : begun.saying();
    }

    @Override
    public void close() {
        Mover begun = mover;
        if (begun != null) {
            begun.close();
        }
        moving.shutdownNow();
        following.shutdownNow();
        fetching.shutdownNow();
    }
}
