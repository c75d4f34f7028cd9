package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogComparisonTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    @TempDir
    @Nullable
    Path folder;

    private @Nullable CommonTrio running;

    @BeforeEach
    void start() {
        running = new CommonTrio(Objects.requireNonNull(folder), 1000);
        trio().start();
    }

    @AfterEach
    void stop() {
        trio().close();
    }

    private CommonTrio trio() {
        return Objects.requireNonNull(running);
    }

    private Verdict comparedBy(String node) throws InterruptedException {
        return trio().node(node).raft().comparison().compareCatalog();
    }

    @Test
    void copiesThatAppliedTheSameAreEqual() throws Exception {
        Verdict verdict = comparedBy("b");

        assertThat(verdict.allEqual()).isTrue();
        assertThat(verdict.same()).containsExactly(A, B, C);
    }

    @Test
    void whatDiffersFromTheMajorityIsFetchedAnew() throws Exception {
        for (String odd : List.of("a", "b", "c")) {
            NoCatalog copy = trio().node(odd).catalog;
            copy.strange = "strange";

            Verdict verdict = comparedBy("b");

            assertThat(verdict.settled()).isTrue();
            assertThat(verdict.differing()).containsOnlyKeys(new NodeId(odd));
            becomes(() -> copy.strange == null);
            assertThat(comparedBy("a")).matches(Verdict::allEqual);
        }
    }

    @Test
    void aDamagedRowIsFetchedAnewToo() throws Exception {
        NoCatalog copy = trio().node("c").catalog;
        copy.damaged = true;

        Verdict verdict = comparedBy("a");

        assertThat(verdict.same()).containsExactly(A, B);
        assertThat(verdict.differing()).isEqualTo(Map.of(C, List.of()));
        becomes(() -> !copy.damaged);
        assertThat(comparedBy("c")).matches(Verdict::allEqual);
    }

    @Test
    void withoutAMajorityNothingIsFetched() throws Exception {
        trio().node("a").catalog.strange = "strange";
        trio().node("b").stop();

        Verdict verdict = comparedBy("c");

        assertThat(verdict.settled()).isFalse();
        assertThat(verdict.differing()).hasSize(1);
        assertThat(verdict.silent()).containsOnlyKeys(B);
        assertThat(comparedBy("c").differing()).hasSize(1);
    }

    private static void becomes(BooleanSupplier fulfilled) throws InterruptedException {
        CommonTrio.await("the catalog was fetched anew", fulfilled);
    }
}
