package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.admin.Metrics;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import dev.skerry.config.SettingsReader;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String NODES =
            "[{id: a, address: 'host-a:9000'}, {id: b, address: 'host-b:9000'}," + " {id: c, address: 'host-c:9000'}]";

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Optional<Topology>> formed = new AtomicReference<>(Optional.empty());

    @AfterEach
    void close() throws Exception {
        vertx.close().await(3, TimeUnit.MINUTES);
    }

    private static ClusterSettings settings(String nodes, String... more) {
        Map<String, String> flags = new HashMap<>(Map.of(
                "cluster.secret",
                SECRET,
                "cluster.node_id",
                "a",
                "cluster.registry.type",
                "gossip",
                "cluster.initial_cluster.nodes",
                nodes));
        for (int i = 0; i < more.length; i += 2) {
            flags.put(more[i], more[i + 1]);
        }
        return Objects.requireNonNull(
                SettingsReader.read(null, Map.of(), flags).settings().cluster());
    }

    private static Topology topology(String nodes) {
        return Formation.of(settings(nodes), new NodeId("a"), 16);
    }

    private NodeWire wire(ClusterSettings settings, PeerIdentity identity) {
        return NodeWire.open(
                settings,
                identity,
                null,
                vertx,
                new PeerMetrics(new Metrics("test")),
                Thread.ofVirtual().factory());
    }

    private HostPort serving(NodeWire inside) throws Exception {
        Bootstrap.serve(
                inside.calls(), Runnable::run, formed::get, () -> Stream.of("10.0.0.1:9000", "x", "10.0.0.1:9000"));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(inside.calls().endpoint())
                .listen(0, "127.0.0.1")
                .await(3, TimeUnit.MINUTES);
        return new HostPort("127.0.0.1", server.actualPort());
    }

    @Test
    void whoHasTheSecretIsToldOfTheCluster() throws Exception {
        ClusterSettings settings = settings(NODES);
        try (NodeWire inside = wire(settings, Doorway.inside(settings));
                NodeWire outside = wire(settings, Doorway.outside(settings, new NodeId("d")))) {
            HostPort seed = serving(inside);
            assertThat(Bootstrap.topology(outside, seed)).as("not formed yet").isEmpty();
            formed.set(Optional.of(topology(NODES)));
            assertThat(Bootstrap.topology(outside, seed)).contains(topology(NODES));
            assertThat(Bootstrap.seeds(outside, seed)).containsExactly(new HostPort("10.0.0.1", 9000));
        }
    }

    @Test
    void whoHasAnotherSecretOrNobodyAnswersHearsNothing() throws Exception {
        ClusterSettings settings = settings(NODES);
        ClusterSettings other = settings(NODES, "cluster.secret", SECRET.replace('0', 'x'));
        formed.set(Optional.of(topology(NODES)));
        try (NodeWire inside = wire(settings, Doorway.inside(settings));
                NodeWire stranger = wire(other, Doorway.outside(other, new NodeId("d")))) {
            HostPort seed = serving(inside);
            assertThat(Bootstrap.topology(stranger, seed)).isEmpty();
            assertThat(Bootstrap.seeds(stranger, seed)).isEmpty();
            assertThat(Bootstrap.topology(stranger, new HostPort("127.0.0.1", 1)))
                    .isEmpty();
        }
    }

    @Test
    void aListOfAnotherClusterIsRefused() {
        Topology mine = topology(NODES);
        Topology other = topology(NODES.replace("id: c", "id: d"));
        ClusterSettings settings = settings(NODES);
        assertThatCode(() -> Arrival.agree(settings, mine, "a", _ -> Optional.of(mine)))
                .doesNotThrowAnyException();
        assertThatCode(() -> Arrival.agree(settings, mine, "a", _ -> Optional.empty()))
                .as("nobody is there yet")
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Arrival.agree(
                        settings,
                        mine,
                        "a",
                        seed -> seed.host().equals("host-c") ? Optional.of(other) : Optional.empty()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(
                        "cluster.initial_cluster: the node at host-c:9000 is one of another cluster skerry, of"
                                + " the nodes a, b, d");
    }
}
