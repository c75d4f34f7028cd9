package dev.skerry.cluster.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Set<NodeId> ALL = Set.of(A, B, C);

    /** Ticks only where a test starts it; the others tick by hand. */
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());

    private final AtomicLong nanos = new AtomicLong(1);
    private final Network network = new Network();
    private final List<Node> nodes = new ArrayList<>();
    private final Node a = new Node(A, 1);
    private final Node b = new Node(B, 1);
    private final Node c = new Node(C, 1);

    @Test
    void whoAnswersIsUp() {
        assertThat(a.detector.of(B)).isEqualTo(Liveness.SUSPECT);
        seconds(2);
        assertThat(a.detector.all()).isEqualTo(Map.of(B, Liveness.UP, C, Liveness.UP));
        assertThat(b.detector.all()).isEqualTo(Map.of(A, Liveness.UP, C, Liveness.UP));
        assertThat(c.detector.all()).isEqualTo(Map.of(A, Liveness.UP, B, Liveness.UP));
    }

    @Test
    void whoFallsSilentIsSuspectedThenDownThenUpAgain() {
        seconds(20);
        network.cut(A, C);
        network.cut(B, C);
        seconds(2);
        assertThat(a.detector.of(C)).isEqualTo(Liveness.UP);
        seconds(3);
        assertThat(a.detector.of(C)).isEqualTo(Liveness.SUSPECT);
        assertThat(a.detector.phi(C)).isGreaterThan(8);
        seconds(7);
        assertThat(a.detector.of(C)).isEqualTo(Liveness.DOWN);
        assertThat(b.detector.of(C)).isEqualTo(Liveness.DOWN);
        assertThat(a.detector.of(B)).isEqualTo(Liveness.UP);
        network.heal();
        seconds(1);
        assertThat(a.detector.of(C)).isEqualTo(Liveness.UP);
    }

    @Test
    void aNodeThatNeverAnsweredIsDownInTime() {
        network.cut(A, B);
        seconds(5);
        assertThat(a.detector.of(B)).isEqualTo(Liveness.SUSPECT);
        seconds(6);
        assertThat(a.detector.of(B)).isEqualTo(Liveness.DOWN);
    }

    @Test
    void questionsToANodeThatHangsAreBounded() {
        network.hang(B);
        seconds(50);
        assertThat(network.asked(A, B)).isEqualTo(4);
        assertThat(a.detector.of(B)).isEqualTo(Liveness.DOWN);
        network.fail();
        seconds(1);
        assertThat(a.detector.of(B)).isEqualTo(Liveness.UP);
    }

    @Test
    void aNodeThatIsNotWatchedAnyMoreIsDown() {
        seconds(3);
        a.heartbeats.watch(Set.of(A, B));
        seconds(3);
        assertThat(a.detector.all()).isEqualTo(Map.of(B, Liveness.UP));
        assertThat(a.detector.of(C)).isEqualTo(Liveness.DOWN);
        int asked = network.asked(A, C);
        seconds(3);
        assertThat(network.asked(A, C)).isEqualTo(asked);
    }

    @Test
    void anotherNodeWhereOneShouldBeIsNotTakenForIt() {
        seconds(2);
        network.redirect(B, C);
        seconds(12);
        assertThat(a.detector.of(B)).isEqualTo(Liveness.DOWN);
        assertThat(a.heartbeats.strangers()).isPositive();
    }

    @Test
    void anotherProcessOfTheSameNameIsNoticed() {
        Node twin = new Node(A, 2);
        network.call(A, twin.own().toBytes()).join();
        assertThat(twin.heartbeats.strangers()).isZero();
        network.call(A, new Heartbeat(A, 9).toBytes()).join();
        assertThat(twin.heartbeats.strangers()).isOne();
    }

    @Test
    void askingGoesOnWhereACallThrows() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(10);
        NodeCalls broken = new NodeCalls() {
            @Override
            public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
                asked.countDown();
                throw new IllegalStateException("closed");
            }

            @Override
            public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
                // nobody asks
            }
        };
        DetectorSettings fast =
                new DetectorSettings(Duration.ofMillis(1), 8, 10, Duration.ofMillis(1), Duration.ofSeconds(10));
        try (Heartbeats heartbeats = new Heartbeats(A, 1, broken, a.detector, fast, TIMER)) {
            heartbeats.watch(ALL);
            heartbeats.start();
            assertThat(asked.await(3, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void whatIsNoHeartbeatIsRefused() {
        for (byte[] bytes : List.of(
                new byte[0],
                new byte[] {1, 2},
                new byte[] {9, 0, 0, 0, 0, 0, 0, 0, 0, 'a'},
                new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0},
                new byte[1000])) {
            assertThatThrownBy(() -> network.call(A, bytes).join()).hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Heartbeat.of(new Heartbeat(B, -7).toBytes())).isEqualTo(new Heartbeat(B, -7));
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new DetectorSettings(
                        Duration.ofSeconds(1), 8, 1000, Duration.ofMillis(400), Duration.ofSeconds(1)))
                .hasMessageContaining("down after more than an interval");
        assertThatThrownBy(() -> new DetectorSettings(
                        Duration.ofSeconds(1), Double.NaN, 1000, Duration.ofMillis(400), Duration.ofSeconds(9)))
                .hasMessageContaining("threshold: NaN");
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            nodes.forEach(node -> node.heartbeats.tick());
        }
    }

    private final class Node {
        private final NodeId id;
        private final long life;
        private final FailureDetector detector = new FailureDetector(DetectorSettings.DEFAULT, nanos::get);
        private final Heartbeats heartbeats;

        Node(NodeId id, long life) {
            this.id = id;
            this.life = life;
            heartbeats = new Heartbeats(id, life, network.of(id), detector, DetectorSettings.DEFAULT, TIMER);
            heartbeats.watch(ALL);
            heartbeats.answerOthers();
            nodes.add(this);
        }

        Heartbeat own() {
            return new Heartbeat(id, life);
        }
    }

    /** Answers at once, never, or not at all. */
    private static final class Network {
        private final Map<NodeId, Function<byte[], CompletableFuture<byte[]>>> services = new HashMap<>();
        private final Map<NodeId, NodeId> redirected = new HashMap<>();
        private final Set<Set<NodeId>> cut = new HashSet<>();
        private final Set<NodeId> hanging = new HashSet<>();
        private final List<CompletableFuture<byte[]>> hung = new ArrayList<>();
        private final List<List<NodeId>> asked = new ArrayList<>();

        NodeCalls of(NodeId from) {
            return new NodeCalls() {
                @Override
                public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
                    assertThat(service).isEqualTo(Heartbeats.SERVICE);
                    asked.add(List.of(from, node));
                    if (hanging.contains(node)) {
                        CompletableFuture<byte[]> never = new CompletableFuture<>();
                        hung.add(never);
                        return never;
                    }
                    if (cut.contains(Set.of(from, node))) {
                        return CompletableFuture.failedFuture(new IOException("cut"));
                    }
                    return Network.this.call(redirected.getOrDefault(node, node), request);
                }

                @Override
                public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
                    services.put(from, handler);
                }
            };
        }

        CompletableFuture<byte[]> call(NodeId node, byte[] request) {
            Function<byte[], CompletableFuture<byte[]>> service = services.get(node);
            return service == null ? CompletableFuture.failedFuture(new IOException("gone")) : service.apply(request);
        }

        void cut(NodeId one, NodeId other) {
            cut.add(Set.of(one, other));
        }

        void redirect(NodeId from, NodeId to) {
            redirected.put(from, to);
        }

        void heal() {
            cut.clear();
        }

        void hang(NodeId node) {
            hanging.add(node);
        }

        void fail() {
            hanging.clear();
            hung.forEach(each -> each.completeExceptionally(new IOException("too late")));
        }

        int asked(NodeId from, NodeId to) {
            return (int) asked.stream().filter(List.of(from, to)::equals).count();
        }
    }
}
