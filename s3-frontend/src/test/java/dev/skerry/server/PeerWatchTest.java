package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.admin.Metrics;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.failure.DetectorSettings;
import dev.skerry.cluster.failure.Liveness;
import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.SettingsReader;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final DetectorSettings FAST =
            new DetectorSettings(Duration.ofMillis(20), 8, 100, Duration.ofMillis(100), Duration.ofSeconds(2));

    @Test
    void nodesSeeEachOtherComeAndGoOverHttp() throws Exception {
        Vertx vertx = Vertx.vertx();
        Metrics metrics = new Metrics("test");
        try (NodeWire ofA = wire(A, vertx, metrics);
                NodeWire ofB = wire(B, vertx, new Metrics("test"))) {
            HttpServer serverOfA = listen(vertx, ofA, 0);
            HttpServer serverOfB = listen(vertx, ofB, 0);
            int portOfB = serverOfB.actualPort();
            ofA.addresses().put(B, new PeerAddresses.Address("127.0.0.1", portOfB));
            ofB.addresses().put(A, new PeerAddresses.Address("127.0.0.1", serverOfA.actualPort()));
            try (PeerWatch watchOfA = watch(A, ofA, metrics);
                    PeerWatch watchOfB = watch(B, ofB, new Metrics("test"))) {
                eventually(() -> watchOfA.detector().of(B) == Liveness.UP);
                eventually(() -> watchOfB.detector().of(A) == Liveness.UP);
                assertThat(metrics.page()).contains("skerry_peer_up{peer=\"b\"} 1.0");

                serverOfB.close().await(1, TimeUnit.MINUTES);
                eventually(() -> watchOfA.detector().of(B) == Liveness.DOWN);
                assertThat(metrics.page()).contains("skerry_peer_up{peer=\"b\"} 0.0");
                assertThat(watchOfB.detector().of(A)).isEqualTo(Liveness.UP);

                listen(vertx, ofB, portOfB);
                eventually(() -> watchOfA.detector().of(B) == Liveness.UP);
                assertThat(metrics.page()).contains("skerry_peer_strangers_total 0.0");
            }
        } finally {
            vertx.close().await(1, TimeUnit.MINUTES);
        }
    }

    private static PeerWatch watch(NodeId self, NodeWire wire, Metrics metrics) {
        ClusterMap nodes = ClusterMap.of(List.of(new Member(A, "a:1", "x", 1), new Member(B, "b:1", "x", 1)));
        return PeerWatch.start(self, nodes, wire.calls(), FAST, metrics, new Random(1));
    }

    private static HttpServer listen(Vertx vertx, NodeWire wire, int port) throws Exception {
        return vertx.createHttpServer()
                .requestHandler(wire.calls().endpoint())
                .listen(port, "127.0.0.1")
                .await(1, TimeUnit.MINUTES);
    }

    private static NodeWire wire(NodeId self, Vertx vertx, Metrics metrics) {
        Map<String, String> flags =
                Map.of("cluster.secret", "0123456789abcdef0123456789abcdef", "cluster.address", "127.0.0.1:9000");
        ClusterSettings settings = Objects.requireNonNull(
                SettingsReader.read(null, Map.of(), flags).settings().cluster());
        return NodeWire.open(
                settings,
                new PeerIdentity("harbour-1", self),
                null,
                vertx,
                new PeerMetrics(metrics),
                Thread.ofVirtual().factory());
    }

    /** The network answers in its own time. */
    private static void eventually(BooleanSupplier holds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as("within three minutes").isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
