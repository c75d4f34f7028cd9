package dev.skerry.cluster.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.cluster.peer.ClusterSecret;
import dev.skerry.cluster.peer.PeerProof;
import dev.skerry.cluster.peer.PeerSettings;
import dev.skerry.cluster.peer.TestNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes with real ports gossip under the cluster's proof. */
class HttpGossipTransportTest {
    private static final int SECONDS = 180;
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final TestNode.Ways STRANGE = new TestNode.Ways(
            TestNode.CLUSTER,
            PeerProof.of(ClusterSecret.of("another secret, of as many letters")),
            Clock.systemUTC(),
            PeerSettings.DEFAULT);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<TestNode> nodes = new ArrayList<>();
    private final List<Registry> registries = new ArrayList<>();

    @AfterEach
    void close() {
        registries.forEach(Registry::close);
        nodes.forEach(TestNode::close);
        threads.shutdownNow();
    }

    private TestNode node(String id, TestNode.Ways ways) {
        TestNode node = TestNode.start(id, ways);
        nodes.add(node);
        return node;
    }

    private HttpGossipTransport transport(TestNode node) {
        return new HttpGossipTransport(
                new GossipAddress(node.id(), node.address()), node.calls(), node.addresses(), threads);
    }

    /** A registry of that node, which is told of the first only. */
    private Registry registry(TestNode node) {
        TestNode first = nodes.getFirst();
        GossipRegistry registry = new GossipRegistry(
                new GossipRegistry.Ports(
                        transport(node), () -> List.of(new GossipAddress(first.id(), first.address())), () ->
                                new byte[] {1}),
                new GossipRegistry.Settings(LEASE));
        registries.add(registry);
        return registry;
    }

    private static boolean registered(Registry registry, TestNode node) {
        try {
            return registry.register(record(node), LEASE) instanceof Registration.Listed;
        } catch (IOException alone) {
            return false;
        }
    }

    private static NodeRecord record(TestNode node) {
        return new NodeRecord(node.id(), node.address().toString(), "", 1);
    }

    @Test
    void nodesHearOfEachOtherByOneOfThem() {
        TestNode a = node("a", TestNode.Ways.USUAL);
        TestNode b = node("b", TestNode.Ways.USUAL);
        TestNode c = node("c", TestNode.Ways.USUAL);
        Registry ofA = registry(a);
        Registry ofB = registry(b);
        Registry ofC = registry(c);
        List<NodeRecord> all = List.of(record(a), record(b), record(c));
        Until.isTrue(
                SECONDS,
                "all are listed everywhere",
                () -> registered(ofA, a)
                        && registered(ofB, b)
                        && registered(ofC, c)
                        && ofA.nodes().equals(all)
                        && ofB.nodes().equals(all)
                        && ofC.nodes().equals(all));
        assertThat(b.addresses().of(c.id())).as("told by gossip").contains(c.address());
        c.vanish();
        Until.isTrue(
                SECONDS,
                "c is silent",
                () -> ofA.nodes().equals(List.of(record(a), record(b)))
                        && ofB.nodes().equals(List.of(record(a), record(b))));
    }

    @Test
    void whoDoesNotKnowTheSecretHearsNothing() {
        TestNode a = node("a", TestNode.Ways.USUAL);
        TestNode stranger = node("x", STRANGE);
        Registry ofA = registry(a);
        Registry ofStranger = registry(stranger);
        Until.isTrue(SECONDS, "a gossips", () -> registered(ofA, a));
        assertThatThrownBy(() -> ofStranger.register(record(stranger), LEASE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no other node gossips with this one");
    }

    @Test
    void aPacketThatIsTooLongIsNotSent() {
        HttpGossipTransport transport = transport(node("a", TestNode.Ways.USUAL));
        assertThatThrownBy(() -> transport
                        .send(transport.self(), new byte[GossipTransport.MAX_PACKET_BYTES + 1])
                        .get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("packet of gossip: 262145 bytes");
    }
}
