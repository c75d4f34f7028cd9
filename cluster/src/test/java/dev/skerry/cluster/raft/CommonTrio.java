package dev.skerry.cluster.raft;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.FakeCatalog;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.CrushPlacement;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.ratis.util.FileUtils;
import org.jspecify.annotations.Nullable;

/** Three whole nodes in one process, whose two placement groups of two slots each begin with one log for both. */
final class CommonTrio implements AutoCloseable {
    static final Groups GROUPS = new Groups(4, 2);
    private static final Duration ENOUGH = Duration.ofMinutes(3);

    final LoopCalls links = new LoopCalls();

    private final Path folder;
    private final RaftMember.Timing timing;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Topology formed;

    /** A node: what is on its disk, what it knows, and what runs. */
    final class Node {
        final NodeId id;
        final Path logs;
        volatile Topology topology = formed;
        FakeSlots slots = new FakeSlots(GROUPS.slots());
        FakeReplicas replicas = new FakeReplicas(slots, _ -> {});
        NoCatalog catalog = new NoCatalog();
        private @Nullable RaftNode running;
        private @Nullable CommitLog log;

        private Node(String name) {
            this.id = new NodeId(name);
            this.logs = folder.resolve(name);
        }

        RaftNode raft() {
            RaftNode now = running;
            if (now == null) {
                throw new IllegalStateException(id + " is down");
            }
            return now;
        }

        /** Begins, and is as far as the others were then. */
        void start() {
            start(false);
            awaitCaughtUp();
        }

        void awaitCaughtUp() {
            long deadline = System.nanoTime() + ENOUGH.toNanos();
            try {
                if (!raft().awaitCaughtUp(() -> System.nanoTime() > deadline)) {
                    throw new AssertionError(id + " does not come as far as the others");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Begins without what it had. */
        void startEmpty() {
            try {
                FileUtils.deleteFully(logs);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            slots = new FakeSlots(GROUPS.slots());
            replicas = new FakeReplicas(slots, _ -> {});
            catalog = new NoCatalog();
            start(true);
            awaitCaughtUp();
        }

        void start(boolean lost) {
            try {
                Files.createDirectories(logs);
                RaftNode fresh = new RaftNode(
                        new RaftNode.Ports(
                                id,
                                logs,
                                links.of(id),
                                replicas,
                                catalog,
                                new FakeCatalog(),
                                new FakeMetadataStore(slots),
                                executor,
                                Thread.ofPlatform().daemon().factory()),
                        () -> topology,
                        timing);
                if (lost) {
                    fresh.lostLogs();
                }
                long deadline = System.nanoTime() + ENOUGH.toNanos();
                running = fresh;
                log = fresh.commitLog();
                fresh.start(() -> System.nanoTime() > deadline);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void stop() {
            links.gone(id);
            raft().close();
            running = null;
        }

        boolean isUp() {
            return running != null;
        }

        BlobMeta put(Commands commands, SlotId slot, String key) {
            CommitLog through = log;
            if (through == null) {
                throw new IllegalStateException(id + " is down");
            }
            return ((Written) through.commit(slot, commands.put(Commands.path(key), "text", Versioning.ENABLED)))
                    .meta();
        }

        /** How often it was written, as this node reads it once it has caught up. */
        long has(SlotId slot, BlobMeta meta) {
            return raft().metadata().generations(slot, meta.path(), 1000).stream()
                    .filter(each -> each.blobId().equals(meta.blobId()))
                    .count();
        }

        boolean finds(SlotId slot, BlobMeta meta) {
            return raft().metadata()
                    .find(slot, meta.path(), new VersionSelector.ByBlobId(meta.blobId()))
                    .isPresent();
        }

        boolean hasOwnLogs() {
            return !raft().sharesLog()
                    && GROUPS.all().stream()
                            .allMatch(group -> raft().status(group).isPresent());
        }

        /** Brings the logs to where the topology has them, as is done again and again. */
        void settle() {
            try {
                raft().logs().settleCommonLog();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean hasCommonLog() {
            return LogFolders.isThere(
                    logs, new LogRoutes(() -> topology).common().id());
        }
    }

    /** Of which a log is deleted where it lies further back than half that many entries. */
    CommonTrio(Path folder, long logEntries) {
        this.folder = folder;
        this.timing = new RaftMember.Timing(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                logEntries);
        ClusterMap members = ClusterMap.of(Stream.of("a", "b", "c")
                .map(name -> new Member(new NodeId(name), name + ":1", "x", 1))
                .toList());
        SlotMap map =
                SlotMap.pin(GROUPS, new CrushPlacement(members, GROUPS, 3)).withCommonLog();
        this.formed = new Topology("cluster", 3, members, map);
        for (String name : List.of("a", "b", "c")) {
            nodes.put(name, new Node(name));
        }
    }

    /** All of them, side by side. */
    void start() {
        nodes.values().forEach(node -> node.start(false));
        nodes.values().forEach(Node::awaitCaughtUp);
    }

    Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException(name);
        }
        return node;
    }

    List<Node> up() {
        return nodes.values().stream().filter(Node::isUp).toList();
    }

    /** Who leads the common log; waits for somebody to. */
    Node leader() {
        await("a leader", () -> up().stream().anyMatch(CommonTrio::leads));
        return up().stream().filter(CommonTrio::leads).findFirst().orElseThrow();
    }

    private static boolean leads(Node node) {
        return node.raft()
                .status(PlacementGroup.ZERO)
                .filter(GroupStatus::leads)
                .isPresent();
    }

    /** What those know that are up. */
    void know(UnaryOperator<SlotMap> change) {
        up().forEach(node -> node.topology = node.topology.with(change.apply(node.topology.map())));
    }

    /** Has the common log end, and waits until those that are up have gone on to the groups' own. */
    void split() throws IOException {
        know(SlotMap::splitting);
        Node any = up().getFirst();
        any.raft().logs().split(formed.nodes());
        await("own logs", () -> up().stream().allMatch(Node::hasOwnLogs));
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + ENOUGH.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("in vain: " + what);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        up().forEach(Node::stop);
        executor.shutdownNow();
    }
}
