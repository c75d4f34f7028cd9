package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.FakeMetadataStore;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes in one process, or more, which share a placement group of two slots; their logs are on disk. The group
 * names those that are there at first.
 */
final class Trio implements AutoCloseable {
    static final int SLOTS = 2;

    final LoopCalls links = new LoopCalls();
    final RaftMember.Group group;

    private final RaftMember.Timing timing;
    private final Path folder;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final CommandCodec codec = new CommandCodec();
    private final Map<String, Node> nodes = new TreeMap<>();

    private interface Part {
        void take(RaftMember member) throws IOException;
    }

    /** A node: what is on its disk, and what runs. */
    final class Node {
        final NodeId id;
        final FakeSlots slots = new FakeSlots(SLOTS);
        final List<SequencedEvent> told = new CopyOnWriteArrayList<>();
        final FakeReplicas replicas = new FakeReplicas(slots, told::add);

        private @Nullable RaftMember member;

        private Node(String name) {
            this.id = new NodeId(name);
        }

        RaftMember member() {
            RaftMember running = member;
            if (running == null) {
                throw new IllegalStateException(id + " is down");
            }
            return running;
        }

        boolean up() {
            return member != null;
        }

        RaftCommitLog log() {
            return new RaftCommitLog(member(), _ -> group, codec);
        }

        /** What it reads once it has applied all that was committed. */
        FakeMetadataStore caughtUp() {
            member().catchUp(group.id()).join();
            return new FakeMetadataStore(slots);
        }

        /** The files of its log whose names match; what Ratis keeps beside them is among them. */
        List<Path> logFiles(String name) throws IOException {
            Path logs = folder.resolve(id.value())
                    .resolve(group.id().getUuid().toString())
                    .resolve("current");
            try (Stream<Path> files = Files.list(logs)) {
                return files.filter(file -> String.valueOf(file.getFileName()).matches(name))
                        .toList();
            }
        }

        ReplicaComparison comparison() {
            return new ReplicaComparison(
                    member(),
                    _ -> group,
                    () -> group,
                    links.of(id),
                    new ReplicaComparison.Patience(Duration.ofSeconds(2), Duration.ofMinutes(2)));
        }

        void start() {
            start(member -> member.join(group));
        }

        /** As a node does that has lost its log. */
        void start(Path logs) {
            if (!startAgain(logs)) {
                throw new IllegalStateException("nothing is lost");
            }
        }

        /**
         * As a node does that may have lost its log.
         *
         * @return whether it had, and became a member anew
         */
        boolean startAgain(Path logs) {
            AtomicBoolean anew = new AtomicBoolean();
            start(member -> {
                LostLogs lost = new LostLogs(
                        id, logs, member, _ -> replicas.position(new SlotId(0)).index());
                try {
                    anew.set(lost.isLost(group));
                    if (!anew.get()) {
                        member.join(group);
                    } else if (!lost.enterAnew(group, () -> false)) {
                        throw new IllegalStateException("not a member");
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
            return anew.get();
        }

        /** Waits to be made a member. */
        void enter() {
            start(member -> member.enter(group.id()));
        }

        private void start(Part part) {
            List<SlotId> all = IntStream.range(0, SLOTS).mapToObj(SlotId::new).toList();
            try {
                TakenDigests digests = new TakenDigests(replicas, links.of(id), executor);
                DatabaseTransfer transfer = new DatabaseTransfer(links.of(id), replicas, new NoCatalog(), executor);
                RaftMember fresh = new RaftMember(
                        id,
                        folder.resolve(id.value()),
                        links.of(id),
                        _ -> new SlotGroup(all, replicas, codec, transfer, digests),
                        executor,
                        timing);
                fresh.start();
                try {
                    part.take(fresh);
                } catch (IOException e) {
                    fresh.close();
                    throw e;
                }
                member = fresh;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void stop() {
            links.gone(id);
            try {
                member().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            member = null;
        }
    }

    Trio(Path folder) {
        this(folder, 20_000);
    }

    /** One whose log is deleted where it lies further back than half that many entries. */
    Trio(Path folder, long logEntries) {
        this(folder, logEntries, List.of("a", "b", "c"));
        start();
    }

    /** A group of one node, which does not run yet. */
    static Trio ofOne(Path folder, String name) {
        return new Trio(folder, 20_000, List.of(name));
    }

    private Trio(Path folder, long logEntries, List<String> names) {
        this.folder = folder;
        this.timing = new RaftMember.Timing(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                logEntries);
        for (String name : names) {
            nodes.put(name, new Node(name));
        }
        this.group = new RaftMember.Group(
                RaftGroupId.valueOf(UUID.randomUUID()),
                nodes.values().stream().map(node -> node.id).toList());
    }

    void start() {
        nodes.values().forEach(Node::start);
    }

    /** One more, which does not run yet. */
    Node add(String name) {
        Node node = new Node(name);
        nodes.put(name, node);
        return node;
    }

    Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException(name);
        }
        return node;
    }

    List<Node> nodes(String... names) {
        return Stream.of(names).map(this::node).toList();
    }

    List<Node> all() {
        return List.copyOf(nodes.values());
    }

    /** Who leads; waits for somebody to. */
    Node leader() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (System.nanoTime() < deadline) {
            for (Node node : nodes.values()) {
                if (node.up() && node.member().leads(group.id())) {
                    return node;
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("nobody leads");
    }

    List<Node> others(Node leader) {
        return nodes.values().stream().filter(node -> node != leader).toList();
    }

    @Override
    public void close() {
        nodes.values().stream().filter(Node::up).forEach(Node::stop);
        // a request that a leader had when it left its group is never answered, by Ratis, nor given up
        executor.shutdownNow();
    }
}
