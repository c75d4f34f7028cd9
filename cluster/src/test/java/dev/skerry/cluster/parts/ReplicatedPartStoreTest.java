package dev.skerry.cluster.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.PartWriter;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.peer.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with disks and ports of their own. */
class ReplicatedPartStoreTest {
    private static final SlotId SLOT = new SlotId(3);
    private static final Duration SOON = Duration.ofMinutes(3);

    /** Of a write that is to wait for every replica, however slow the machine. */
    private static final ReplicationSettings PATIENT = ReplicationSettings.DEFAULT.withWaits(SOON, SOON);

    @TempDir
    Path folder;

    private final BlobIds ids = new BlobIds(new HlcClock(Clock.systemUTC()), new Random(1));
    private final List<Node> nodes = new ArrayList<>();

    /** A node with its parts. */
    private final class Node implements AutoCloseable {
        private final TestNode wire;
        private final Path disk;
        private final AtomicLong usable = new AtomicLong(Long.MAX_VALUE / 2);
        private final Counts counts = new Counts();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final FilePartStore local;
        private final PartLayout layout;
        private volatile boolean stalled;
        private @Nullable ReplicatedPartStore joined;

        Node(String id) throws IOException {
            wire = TestNode.start(id);
            disk = Files.createDirectory(folder.resolve(id));
            layout = new PartLayout(List.of(disk));
            local = new FilePartStore(
                    layout,
                    new FilePartStore.Settings(1000, 0),
                    _ -> new SpaceProbe.Space(usable.get(), Long.MAX_VALUE),
                    Clock.systemUTC(),
                    StoreListener.NONE);
        }

        void join(List<NodeId> replicas, ReplicationSettings settings) {
            joined = new ReplicatedPartStore(
                    new ReplicatedPartStore.Ports(
                            local,
                            wire.id(),
                            _ -> replicas,
                            new Stalling(),
                            new Random(wire.id().hashCode()),
                            Thread.ofVirtual().factory(),
                            threads,
                            counts),
                    settings);
        }

        /** Calls as they are, but for a node that stalls: what it is asked it never answers. */
        private final class Stalling implements NodeCalls {
            @Override
            public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
                return wire.calls().call(node, service, request);
            }

            @Override
            public CompletableFuture<byte[]> transfer(NodeId node, String service, byte[] request) {
                return wire.calls().transfer(node, service, request);
            }

            @Override
            public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
                wire.calls().serve(service, request -> stalled ? new CompletableFuture<>() : handler.apply(request));
            }
        }

        ReplicatedPartStore parts() {
            return Objects.requireNonNull(joined);
        }

        Path file(PartRef part) {
            return layout.file(SLOT, part);
        }

        boolean has(PartRef part, byte[] bytes) {
            try {
                return Files.exists(file(part)) && Arrays.equals(Files.readAllBytes(file(part)), bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<Path> files() {
            try (Stream<Path> all = Files.walk(disk)) {
                return all.filter(Files::isRegularFile).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void damage(PartRef part, int at) throws IOException {
            byte[] bytes = Files.readAllBytes(file(part));
            bytes[at] ^= 1;
            Files.write(file(part), bytes);
        }

        @Override
        public void close() {
            parts().close();
            wire.close();
            threads.shutdownNow();
        }
    }

    private static final class Counts implements PartsListener {
        private final AtomicLong staged = new AtomicLong();
        private final AtomicInteger slow = new AtomicInteger();
        private final AtomicInteger failed = new AtomicInteger();
        private final AtomicInteger missed = new AtomicInteger();
        private final AtomicLong remote = new AtomicLong();
        private final AtomicInteger repaired = new AtomicInteger();
        private final AtomicInteger notRepaired = new AtomicInteger();

        @Override
        public void staged(long bytes) {
            staged.addAndGet(bytes);
        }

        @Override
        public void dropped(boolean wasSlow) {
            (wasSlow ? slow : failed).incrementAndGet();
        }

        @Override
        public void quorumMissed() {
            missed.incrementAndGet();
        }

        @Override
        public void readRemotely(long bytes) {
            remote.addAndGet(bytes);
        }

        @Override
        public void repaired(boolean done, long bytes) {
            (done ? repaired : notRepaired).incrementAndGet();
        }
    }

    @BeforeEach
    void start() throws IOException {
        for (String id : List.of("a", "b", "c")) {
            nodes.add(new Node(id));
        }
        meet();
        List<NodeId> all = all();
        nodes.forEach(node -> node.join(all, PATIENT));
    }

    private List<NodeId> all() {
        return nodes.stream().map(node -> node.wire.id()).toList();
    }

    private void meet() {
        for (Node node : nodes) {
            nodes.stream().filter(other -> other != node).forEach(other -> node.wire.knows(other.wire));
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(Node::close);
    }

    private Node a() {
        return nodes.get(0);
    }

    private Node b() {
        return nodes.get(1);
    }

    private Node c() {
        return nodes.get(2);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private PartRef write(Node node, byte[] bytes) {
        return write(node, bytes, () -> {});
    }

    private PartRef write(Node node, byte[] bytes, Runnable half) {
        try (PartStore.Staging staging = node.parts().stage(SLOT, ids.next(), Durability.ALWAYS)) {
            PartRef part = write(staging, bytes, half);
            staging.keep();
            return part;
        }
    }

    private static PartRef write(PartStore.Staging staging, byte[] bytes, Runnable half) {
        try (PartWriter writer = staging.next()) {
            boolean halfDone = false;
            for (int at = 0; at < bytes.length; at += 65_536) {
                if (!halfDone && at >= bytes.length / 2) {
                    half.run();
                    halfDone = true;
                }
                writer.write(ByteBuffer.wrap(bytes, at, Math.min(65_536, bytes.length - at)));
            }
            return writer.seal(0, 0);
        }
    }

    private static byte[] read(PartStore parts, PartRef part, long from, long to) {
        ByteBuffer all = ByteBuffer.allocate((int) (to - from));
        try (PartReader reader = parts.open(SLOT, part)) {
            while (all.hasRemaining()) {
                all.put(reader.read(from + all.position(), to));
            }
        }
        return all.array();
    }

    private static byte[] read(Node node, PartRef part) {
        return read(node.parts(), part, 0, part.storedLengthBytes());
    }

    private static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("within " + SOON).isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void aPartIsOnAllReplicasWithTheSameBytes() {
        for (int length : new int[] {1, 100, 65_536, 1_000_000, 9_000_000}) {
            byte[] bytes = bytes(length);
            PartRef part = write(a(), bytes);
            assertThat(part.lengthBytes()).isEqualTo(length);
            nodes.forEach(node -> eventually(() -> node.has(part, bytes)));
            nodes.forEach(node -> assertThat(read(node, part)).isEqualTo(bytes));
        }
        assertThat(a().counts.failed).hasValue(0);
        assertThat(a().counts.slow).hasValue(0);
        assertThat(a().counts.staged).hasValue(2L * (1 + 100 + 65_536 + 1_000_000 + 9_000_000));
        assertThat(b().counts.remote).hasValue(0);
    }

    @Test
    void severalFilesOfOneWriteLieInOneFolder() {
        byte[] one = bytes(70_000);
        byte[] two = bytes(3_000_000);
        List<PartRef> refs = new ArrayList<>();
        try (PartStore.Staging staging = a().parts().stage(SLOT, ids.next(), Durability.ALWAYS)) {
            refs.add(write(staging, one, () -> {}));
            try (PartWriter dropped = staging.next()) {
                dropped.write(ByteBuffer.wrap(bytes(1000)));
            }
            refs.add(write(staging, two, () -> {}));
            staging.keep();
        }
        assertThat(refs).extracting(ref -> ref.place().fileIndex()).containsExactly(0, 2);
        for (Node node : nodes) {
            eventually(() -> node.has(refs.get(0), one) && node.has(refs.get(1), two));
            assertThat(node.files()).hasSize(2);
        }
    }

    @Test
    void anAbortedWriteLeavesNothingAnywhere() {
        for (int round = 0; round < 5; round++) {
            try (PartStore.Staging staging = a().parts().stage(SLOT, ids.next(), Durability.ALWAYS)) {
                write(staging, bytes(1_500_000), () -> {});
            }
        }
        nodes.forEach(node -> eventually(() -> node.files().isEmpty()));
    }

    @Test
    void aDiscardedFolderGoesEverywhere() {
        PartRef part = write(a(), bytes(100_000));
        nodes.forEach(node -> eventually(() -> node.has(part, bytes(100_000))));
        a().parts().discard(SLOT, part.place().folder());
        nodes.forEach(node -> eventually(() -> node.files().isEmpty()));
    }

    @Test
    void aFolderBeingStagedElsewhereIsInUseHereUntilItIsClosed() {
        BlobId id = ids.next();
        try (PartStore.Staging staging = a().parts().stage(SLOT, id, Durability.ALWAYS)) {
            write(staging, bytes(100_000), () -> {});
            List<BlobId> seen = new ArrayList<>();
            b().parts().folders(SLOT, seen::add);
            assertThat(seen).isEmpty();
            staging.keep();
        }
        eventually(() -> {
            List<BlobId> seen = new ArrayList<>();
            b().parts().folders(SLOT, seen::add);
            return seen.equals(List.of(id));
        });
    }

    @Test
    void oneDeadReplicaIsDoneWithout() {
        c().wire.vanish();
        byte[] bytes = bytes(2_000_000);
        PartRef part = write(a(), bytes);
        assertThat(a().has(part, bytes)).isTrue();
        assertThat(b().has(part, bytes)).isTrue();
        assertThat(a().counts.failed).hasValue(1);
        assertThat(read(b(), part)).isEqualTo(bytes);
    }

    @Test
    void aReplicaThatDiesInTheMiddleIsDoneWithout() {
        byte[] bytes = bytes(20_000_000);
        PartRef part = write(a(), bytes, () -> c().wire.vanish());
        assertThat(a().has(part, bytes)).isTrue();
        assertThat(b().has(part, bytes)).isTrue();
        assertThat(c().has(part, bytes)).isFalse();
    }

    @Test
    void twoDeadReplicasAreTooMany() {
        b().wire.vanish();
        c().wire.vanish();
        assertThatThrownBy(() -> write(a(), bytes(2_000_000)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Busy.class));
        assertThat(a().counts.missed.get()).isPositive();
        eventually(() -> a().files().isEmpty());
    }

    @Test
    void aReplicaThatStallsIsWaitedForAMomentOnly() {
        a().join(all(), ReplicationSettings.DEFAULT.withWaits(Duration.ofMillis(500), PATIENT.ackTimeout()));
        c().stalled = true;
        byte[] bytes = bytes(30_000_000);
        long began = System.nanoTime();
        PartRef part = write(a(), bytes);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENT.ackTimeout());
        assertThat(a().has(part, bytes)).isTrue();
        assertThat(b().has(part, bytes)).isTrue();
        assertThat(a().counts.slow).hasValue(1);
    }

    @Test
    void twoReplicasThatStallEndTheWriteInTime() {
        a().join(all(), ReplicationSettings.DEFAULT.withWaits(Duration.ofMillis(500), Duration.ofSeconds(2)));
        b().stalled = true;
        c().stalled = true;
        long began = System.nanoTime();
        assertThatThrownBy(() -> write(a(), bytes(100_000))).isInstanceOf(StoreException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
    }

    @Test
    void aFullDiskElsewhereIsDoneWithoutAndTwoAreSaidToBeFull() {
        c().usable.set(0);
        eventually(() -> !c().local.hasRoom(1));
        byte[] bytes = bytes(300_000);
        PartRef part = write(a(), bytes);
        assertThat(b().has(part, bytes)).isTrue();
        assertThat(c().files()).isEmpty();
        b().usable.set(0);
        eventually(() -> !b().local.hasRoom(1));
        assertThatThrownBy(() -> write(a(), bytes))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.failure()).isInstanceOf(StoreFailure.InsufficientStorage.class));
    }

    @Test
    void aNodeThatIsNoReplicaWritesAndReadsToo() throws IOException {
        Node d = new Node("d");
        nodes.add(d);
        meet();
        d.join(List.of(a().wire.id(), b().wire.id(), c().wire.id()), PATIENT);
        byte[] bytes = bytes(3_333_333);
        PartRef part = write(d, bytes);
        assertThat(d.files()).isEmpty();
        nodes.subList(0, 3).forEach(node -> eventually(() -> node.has(part, bytes)));
        PartRef same = write(a(), bytes);
        assertThat(part.sha256()).isEqualTo(same.sha256());
        assertThat(part.blockChecksums()).isEqualTo(same.blockChecksums());
        assertThat(read(d, part)).isEqualTo(bytes);
        assertThat(d.counts.remote.get()).isGreaterThanOrEqualTo(bytes.length);
        assertThat(d.files()).as("a node that is no replica keeps nothing").isEmpty();
    }

    @Test
    void aMissingPartIsReadElsewhereAndWrittenAgain() throws IOException {
        byte[] bytes = bytes(5_000_001);
        PartRef part = write(a(), bytes);
        eventually(() -> b().has(part, bytes));
        Files.delete(a().file(part));
        assertThat(read(a(), part)).isEqualTo(bytes);
        eventually(() -> a().has(part, bytes));
        eventually(() -> a().counts.repaired.get() == 1);
        assertThat(read(a().parts().own(), part, 0, bytes.length)).isEqualTo(bytes);
    }

    @Test
    void aDamagedBlockInTheMiddleOfAReadIsNotSeenAndIsWrittenAgain() throws IOException {
        byte[] bytes = bytes(1_000_000);
        PartRef part = write(a(), bytes);
        eventually(() -> b().has(part, bytes));
        a().damage(part, 600_000);
        assertThat(read(a(), part)).isEqualTo(bytes);
        eventually(() -> a().has(part, bytes));
        assertThat(read(a().parts(), part, 599_000, 601_000)).isEqualTo(Arrays.copyOfRange(bytes, 599_000, 601_000));
    }

    @Test
    void upkeepSeesThisNodesDamageAndHasItMended() throws IOException {
        byte[] bytes = bytes(200_000);
        PartRef part = write(a(), bytes);
        eventually(() -> b().has(part, bytes));
        a().damage(part, 10);
        assertThatThrownBy(() -> read(a().parts().own(), part, 0, 200_000))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
        eventually(() -> a().has(part, bytes));
    }

    @Test
    void aDamagedCopyElsewhereIsPassedOver() throws IOException {
        byte[] bytes = bytes(400_000);
        PartRef part = write(a(), bytes);
        nodes.forEach(node -> eventually(() -> node.has(part, bytes)));
        Files.delete(a().file(part));
        b().damage(part, 300_000);
        assertThat(read(a(), part)).isEqualTo(bytes);
    }

    @Test
    void whereNobodyHasAGoodCopyThatIsSaidAndNothingElse() throws IOException {
        byte[] bytes = bytes(100_000);
        PartRef part = write(a(), bytes);
        nodes.forEach(node -> eventually(() -> node.has(part, bytes)));
        for (Node node : nodes) {
            node.damage(part, 5);
        }
        assertThatThrownBy(() -> read(a(), part))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
        eventually(() -> a().counts.notRepaired.get() > 0);
        c().wire.vanish();
        assertThatThrownBy(() -> read(a(), part))
                .as("another node may have it")
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Busy.class));
    }

    @Test
    void manyWritesAtOnceFromAllNodes() throws Exception {
        List<CompletableFuture<PartRef>> writes = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 120; i++) {
                int n = i;
                writes.add(CompletableFuture.supplyAsync(
                        () -> write(nodes.get(n % 3), bytes(20_000 + 10_000 * n)), clients));
            }
            for (int i = 0; i < 120; i++) {
                PartRef part = writes.get(i).get();
                byte[] bytes = bytes(20_000 + 10_000 * i);
                nodes.forEach(node -> eventually(() -> node.has(part, bytes)));
            }
        }
        nodes.forEach(node -> assertThat(node.counts.failed).hasValue(0));
    }
}
