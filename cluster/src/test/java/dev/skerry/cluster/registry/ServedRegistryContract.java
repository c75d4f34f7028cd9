package dev.skerry.cluster.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every registry does that a server of its own keeps: it forgets nodes, and it can be lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServedRegistryContract extends RegistryContract {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final int SECONDS = 180;
    private static final String OWN_DOCUMENT = "formed";

    private final Vertx vertx = Vertx.vertx();
    private final List<String> documents = new CopyOnWriteArrayList<>();
    private String cluster = "";
    private ServerProcess server;

    abstract ServerProcess serve(Path in) throws IOException;

    abstract Registry open(String address, String ofCluster, Vertx with) throws IOException;

    @BeforeAll
    void startServer(@TempDir Path folder) throws IOException {
        server = serve(folder);
    }

    @AfterAll
    void stop() throws InterruptedException {
        server.kill();
        vertx.close().await();
    }

    @BeforeEach
    void anotherCluster() {
        documents.clear();
        cluster = "cluster-" + UUID.randomUUID();
    }

    @Override
    final Registry open() throws IOException {
        return open(server.address(), cluster, vertx);
    }

    @Test
    void beforeAnybodyCameNothingIsThere() throws IOException {
        assertThat(opened().nodes()).isEmpty();
        assertThat(opened().document()).isEmpty();
    }

    @Test
    void clustersOfOtherNamesAreNotSeen() throws IOException {
        opened().register(A, LONG);
        opened().document(new byte[] {1});
        anotherCluster();
        assertThat(opened().nodes()).isEmpty();
        assertThat(opened().document()).isEmpty();
    }

    @Test
    void whoLeavesIsNotListedAnyMore() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        ofA.register(A, LONG);
        ofB.register(B, LONG);
        ofA.leave(A.id());
        ofA.leave(A.id());
        assertThat(ofB.nodes()).containsExactly(B);
        ofA.leave(B.id());
        assertThat(ofB.nodes()).as("only who registered here leaves").containsExactly(B);
    }

    @Test
    void anIdWhoseLeaseHasEndedIsFree() throws IOException {
        Registry dead = opened();
        dead.register(A, SHORT);
        NodeRecord successor = new NodeRecord(A.id(), "10.0.0.9:9000", "deck-1", 1);
        Registry ofSuccessor = opened();
        Until.isTrue(
                SECONDS,
                "the lease ends",
                () -> ofSuccessor.register(successor, LONG).equals(new Registration.Listed()));
        assertThat(ofSuccessor.nodes()).containsExactly(successor);
        assertThat(dead.register(A, LONG)).isEqualTo(new Registration.Taken(successor));
    }

    @Test
    void aLeaseThatIsRenewedLasts() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        ofB.register(B, SHORT);
        ofA.register(A, SHORT);
        Until.isTrue(SECONDS, "the lease of b ends", () -> {
            ofA.register(A, SHORT);
            return !ofA.nodes().contains(B);
        });
        assertThat(ofA.nodes()).containsExactly(A);
        Until.isTrue(SECONDS, "the lease of a ends", () -> ofB.nodes().isEmpty());
        ofA.register(A, LONG);
        assertThat(ofB.nodes()).containsExactly(A);
    }

    @Test
    void aRegistryThatIsLostTakesNobodyAwayAndIsFoundAgain() throws Exception {
        List<List<NodeRecord>> heard = new CopyOnWriteArrayList<>();
        opened().register(B, LONG);
        Discovery discovery = discovery(A, SHORT, heard);
        discovery.start();
        assertThat(discovery.awaitRegistration(Duration.ofSeconds(SECONDS))).contains(new Registration.Listed());
        Until.isTrue(SECONDS, "both are listed", () -> discovery.nodes().equals(List.of(A, B)));
        server.kill();
        try {
            Until.isTrue(SECONDS, "the loss is noticed", () -> !discovery.reachable());
            assertThatThrownBy(() -> opened().nodes()).isInstanceOf(IOException.class);
            Until.isTrue(SECONDS, "it is asked again", () -> discovery.failures() >= 3);
            assertThat(discovery.nodes()).containsExactly(A, B);
        } finally {
            server.startAgain();
        }
        Until.isTrue(SECONDS, "the registry is back", discovery::reachable);
        Registry other = opened();
        Until.isTrue(SECONDS, "this node is listed again", () -> other.nodes().contains(A));
        discovery.close();
        assertThat(other.nodes()).doesNotContain(A);
    }

    @Test
    void whoComesAndGoesIsHeardOf() throws Exception {
        List<List<NodeRecord>> heard = new CopyOnWriteArrayList<>();
        try (Discovery discovery = discovery(A, Duration.ofSeconds(6), heard)) {
            discovery.start();
            Until.isTrue(SECONDS, "a is listed", () -> heard.contains(List.of(A)));
            Registry ofB = opened();
            ofB.register(B, LONG);
            Until.isTrue(SECONDS, "b has come", () -> heard.contains(List.of(A, B)));
            ofB.leave(B.id());
            Until.isTrue(SECONDS, "b has gone", () -> heard.getLast().equals(List.of(A)));
        }
        assertThat(heard).containsExactly(List.of(A), List.of(A, B), List.of(A));
    }

    @Test
    void theDocumentIsLeftWhereThereIsNone() throws Exception {
        try (Discovery discovery = discovery(A, SHORT, new CopyOnWriteArrayList<>())) {
            discovery.start();
            Until.isTrue(SECONDS, "the registry answers", () -> documents.contains(OWN_DOCUMENT));
        }
        assertThat(opened().document().map(RecordJson::text)).contains(OWN_DOCUMENT);
        anotherCluster();
        opened().document("of others".getBytes(StandardCharsets.UTF_8));
        try (Discovery discovery = discovery(A, SHORT, new CopyOnWriteArrayList<>())) {
            discovery.start();
            Until.isTrue(SECONDS, "the document is heard of", () -> documents.contains("of others"));
        }
    }

    @Test
    void whatANodeSaysOfItselfMayChange() throws IOException {
        Registry ofA = opened();
        ofA.register(A, LONG);
        NodeRecord member = new NodeRecord(A.id(), A.address(), A.zone(), A.weight(), "cluster-1");
        assertThat(ofA.register(member, LONG)).isEqualTo(new Registration.Listed());
        assertThat(ofA.nodes()).containsExactly(member);
        ofA.leave(A.id());
        assertThat(ofA.nodes()).isEmpty();
    }

    @Test
    void aNodeWhoseIdIsTakenHearsOfIt() throws Exception {
        opened().register(A, LONG);
        NodeRecord impostor = new NodeRecord(A.id(), "10.0.0.9:9000", "deck-1", 1);
        try (Discovery discovery = discovery(impostor, SHORT, new CopyOnWriteArrayList<>())) {
            discovery.start();
            assertThat(discovery.awaitRegistration(Duration.ofSeconds(SECONDS))).contains(new Registration.Taken(A));
        }
        assertThat(opened().nodes()).containsExactly(A);
    }

    private Discovery.Cluster cluster(List<List<NodeRecord>> heard) {
        return new Discovery.Cluster() {
            @Override
            public byte[] document() {
                return OWN_DOCUMENT.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public void found(byte[] document) {
                documents.add(RecordJson.text(document));
            }

            @Override
            public void listed(List<NodeRecord> nodes) {
                heard.add(nodes);
            }
        };
    }

    final Discovery discovery(NodeRecord own, Duration lease, List<List<NodeRecord>> heard) throws IOException {
        return new Discovery(
                open(),
                own,
                new Discovery.Settings(lease, Duration.ofSeconds(1)),
                cluster(heard),
                Thread.ofPlatform().daemon().factory());
    }
}
