package dev.skerry.cluster.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every registry does. Its subclasses give several of one cluster, with the nodes {@link #A} and {@link #B}. */
abstract class RegistryContract {
    static final NodeRecord A = new NodeRecord(new NodeId("a"), "10.0.0.1:9000", "deck-1", 1);
    static final NodeRecord B = new NodeRecord(new NodeId("b"), "[fd00::2]:9000", "deck-2", 10_000);
    static final Duration LONG = Duration.ofMinutes(10);
    private static final int SECONDS = 180;

    private final List<Registry> opened = new ArrayList<>();

    /** Another registry of the same cluster, as another node has one. */
    abstract Registry open() throws IOException;

    final Registry opened() throws IOException {
        Registry registry = open();
        opened.add(registry);
        return registry;
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(Registry::close);
    }

    @Test
    void nodesSeeEachOther() throws IOException {
        Registry ofA = opened();
        Registry ofB = opened();
        assertThat(ofB.register(B, LONG)).isEqualTo(new Registration.Listed());
        assertThat(ofA.register(A, LONG)).isEqualTo(new Registration.Listed());
        assertThat(ofA.nodes()).contains(A);
        Until.isTrue(SECONDS, "a sees both", () -> ofA.nodes().equals(List.of(A, B)));
        Until.isTrue(SECONDS, "b sees both", () -> ofB.nodes().equals(List.of(A, B)));
    }

    @Test
    void registeringAgainChangesNothing() throws IOException {
        Registry ofA = opened();
        ofA.register(A, LONG);
        List<NodeRecord> before = ofA.nodes();
        for (int i = 0; i < 3; i++) {
            assertThat(ofA.register(A, LONG)).isEqualTo(new Registration.Listed());
        }
        assertThat(ofA.nodes()).isEqualTo(before).contains(A);
    }

    @Test
    void anIdThatIsInUseElsewhereIsTaken() throws IOException {
        opened().register(A, LONG);
        Registry other = opened();
        Until.isTrue(SECONDS, "the node is seen", () -> other.nodes().contains(A));
        NodeRecord impostor = new NodeRecord(A.id(), "10.0.0.9:9000", "deck-1", 1);
        assertThat(other.register(impostor, LONG)).isEqualTo(new Registration.Taken(A));
        assertThat(other.nodes()).contains(A).doesNotContain(impostor);
    }

    @Test
    void aNodeThatWasStartedAgainIsTheSame() throws IOException {
        opened().register(A, LONG);
        Registry again = opened();
        assertThat(again.register(A, LONG)).isEqualTo(new Registration.Listed());
        assertThat(again.nodes()).contains(A);
    }

    @Test
    void ofManyDocumentsOneWinsAndAllGetIt() throws Exception {
        List<Callable<String>> proposals = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Registry registry = opened();
            byte[] document = ("document \0 ü " + i).getBytes(StandardCharsets.UTF_8);
            proposals.add(() -> RecordJson.text(registry.document(document)));
        }
        List<String> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(proposals.size())) {
            for (Future<String> answer : threads.invokeAll(proposals)) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).hasSize(8).containsOnly(answers.getFirst());
        Registry later = opened();
        assertThat(later.document().map(RecordJson::text)).contains(answers.getFirst());
        assertThat(RecordJson.text(later.document(new byte[] {1}))).isEqualTo(answers.getFirst());
    }

    @Test
    void aDocumentThatIsTooLongIsRefused() throws IOException {
        Registry registry = opened();
        assertThatThrownBy(() -> registry.document(new byte[Registry.MAX_DOCUMENT_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("document: 65537 bytes");
    }
}
