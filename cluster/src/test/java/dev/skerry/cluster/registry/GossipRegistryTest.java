package dev.skerry.cluster.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Members of one process gossip, over a network that loses what it is told to. */
class GossipRegistryTest extends RegistryContract {
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final int SECONDS = 180;
    private static final byte[] FORMED = "formed".getBytes(StandardCharsets.UTF_8);

    private final GossipNet net = new GossipNet();
    private final List<GossipTransport> members = new ArrayList<>();
    private final List<Registry> gossiping = new ArrayList<>();

    @Override
    Registry open() {
        return member(LEASE);
    }

    /** Gossips before anybody registers, as nodes do whose cluster is there; returns once all hear of each other. */
    private Registry member(Duration lease) {
        GossipTransport transport = net.join();
        members.add(transport);
        gossiping.add(new GossipRegistry(
                new GossipRegistry.Ports(transport, net::everybody, () -> FORMED), new GossipRegistry.Settings(lease)));
        Until.isTrue(
                SECONDS,
                "nobody is alone",
                () -> gossiping.stream()
                        .filter(GossipRegistryTest::heardNobody)
                        .toList()
                        .isEmpty());
        return gossiping.getLast();
    }

    @Test
    void whoLeavesIsNotListedAnyMore() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        ofA.register(A, LONG);
        Until.isTrue(
                SECONDS,
                "b has heard of a",
                () -> registered(ofB, B) && ofB.nodes().equals(List.of(A, B)));
        ofA.leave(B.id());
        assertThat(ofA.nodes()).as("only who registered here leaves").contains(A);
        ofA.leave(A.id());
        ofA.leave(A.id());
        Until.isTrue(SECONDS, "a has left", () -> heardNobody(ofB));
        Until.isTrue(
                SECONDS, "a is back", () -> registered(ofA, A) && ofB.nodes().equals(List.of(A, B)));
    }

    @Test
    void whoIsCutOffIsTakenOffTheListAndComesBack() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        Registry third = opened();
        NodeRecord c = new NodeRecord(new NodeId("c"), "10.0.0.3:9000", "", 1);
        Until.isTrue(
                SECONDS,
                "all are listed",
                () -> registered(ofA, A)
                        && registered(ofB, B)
                        && registered(third, c)
                        && ofA.nodes().equals(List.of(A, B, c))
                        && third.nodes().equals(List.of(A, B, c)));
        net.cut(members.get(2));
        Until.isTrue(SECONDS, "c is silent", () -> ofA.nodes().equals(List.of(A, B)));
        Until.isTrue(SECONDS, "c has lost the others", () -> heardNobody(third));
        net.mend();
        Until.isTrue(
                SECONDS,
                "c is back",
                () -> ofA.nodes().equals(List.of(A, B, c))
                        && !heardNobody(third)
                        && third.nodes().equals(List.of(A, B, c)));
    }

    @Test
    void aRegistryThatIsLostTakesNobodyAwayAndIsFoundAgain() throws Exception {
        List<List<NodeRecord>> lists = new CopyOnWriteArrayList<>();
        Registry ofB = opened();
        Discovery discovery = new Discovery(
                opened(),
                A,
                new Discovery.Settings(LEASE, Duration.ofSeconds(1)),
                new Discovery.Cluster() {
                    @Override
                    public byte[] document() {
                        return FORMED;
                    }

                    @Override
                    public void found(byte[] document) {
                        assertThat(document).isEqualTo(FORMED);
                    }

                    @Override
                    public void listed(List<NodeRecord> nodes) {
                        lists.add(nodes);
                    }
                },
                Thread.ofPlatform().daemon().factory());
        try (discovery) {
            discovery.start();
            Until.isTrue(
                    SECONDS,
                    "both are listed",
                    () -> registered(ofB, B)
                            && ofB.nodes().equals(List.of(A, B))
                            && discovery.nodes().equals(List.of(A, B)));
            assertThat(discovery.reachable()).isTrue();
            net.cut(members.getFirst());
            Until.isTrue(SECONDS, "the loss is noticed", () -> !discovery.reachable());
            assertThat(discovery.nodes()).containsExactly(A, B);
            net.mend();
            Until.isTrue(SECONDS, "it is found again", discovery::reachable);
            assertThat(lists).doesNotContain(List.of(A), List.of(B));
        }
        Until.isTrue(SECONDS, "a has left", () -> heardNobody(ofB));
    }

    @Test
    void whatANodeSaysOfItselfMayChange() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        NodeRecord member = new NodeRecord(A.id(), A.address(), A.zone(), A.weight(), "cluster-1");
        Until.isTrue(
                SECONDS, "a is listed", () -> registered(ofA, A) && ofB.nodes().equals(List.of(A)));
        assertThat(ofA.register(member, LONG)).isEqualTo(new Registration.Listed());
        Until.isTrue(SECONDS, "it is one of a cluster", () -> ofB.nodes().equals(List.of(member)));
    }

    @Test
    void aChangeIsToldToWhoWatches() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        List<String> told = new CopyOnWriteArrayList<>();
        ofB.watch(() -> told.add("changed"));
        Until.isTrue(
                SECONDS, "a is listed", () -> registered(ofA, A) && ofB.nodes().equals(List.of(A)));
        assertThat(told).isNotEmpty();
    }

    @Test
    void whoIsToldOfNobodyHasLostNothing() throws IOException {
        Registry alone = opened();
        assertThat(alone.register(A, LONG)).isEqualTo(new Registration.Listed());
        assertThat(alone.nodes()).containsExactly(A);
        assertThat(alone.document()).contains(FORMED);
    }

    @Test
    void whatIsNoPacketIsPassedOver() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        GossipPackets packets = new GossipPackets();
        ByteArrayOutputStream foreign = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(foreign)) {
            out.writeInt(0);
            out.writeObject(Duration.ofDays(1));
        }
        assertThatThrownBy(() -> packets.read(foreign.toByteArray()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("REJECTED");
        for (byte[] bad : List.of(foreign.toByteArray(), new byte[0], new byte[] {1, 2, 3}, new byte[4096])) {
            assertThatThrownBy(() -> packets.read(bad)).isInstanceOf(IOException.class);
            net.say(bad);
        }
        Until.isTrue(
                SECONDS,
                "they gossip still",
                () -> registered(ofA, A) && ofB.nodes().equals(List.of(A)));
    }

    @Test
    void addressesAreReadAsTheyAreWritten() {
        for (String text : List.of("a@10.0.0.1:9000", "a-b.c@host:1", "a@[fd00::2]:65535")) {
            assertThat(GossipAddress.parse(text).map(GossipAddress::toString)).contains(text);
        }
        for (String bad :
                List.of("", "a", "a@", "@h:1", "a@h", "a@h:", "a@h:0", "a@h:65536", "a@:1", "h:1@a", "a@h:x")) {
            assertThat(GossipAddress.parse(bad)).as(bad).isEqualTo(Optional.empty());
        }
    }

    private static boolean registered(Registry registry, NodeRecord node) {
        try {
            return registry.register(node, LONG).equals(new Registration.Listed());
        } catch (IOException alone) {
            return false;
        }
    }

    private static boolean heardNobody(Registry registry) {
        try {
            registry.nodes();
            return false;
        } catch (IOException alone) {
            return true;
        }
    }
}
