package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.SlotDigest;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotComparisonTest {
    private static final SlotId SLOT = new SlotId(1);
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final Commands commands = new Commands();

    @TempDir
    @Nullable
    Path folder;

    private @Nullable Trio running;

    @BeforeEach
    void start() {
        running = new Trio(Objects.requireNonNull(folder));
        for (String node : List.of("a", "b", "c")) {
            trio().node(node).log().commit(SLOT, commands.put(Commands.path(node), "text", Versioning.ENABLED));
        }
    }

    @AfterEach
    void stop() {
        trio().close();
    }

    private Trio trio() {
        return Objects.requireNonNull(running);
    }

    @Test
    void replicasThatAppliedTheSameAreEqual() throws Exception {
        SlotComparison.Result result = trio().node("b").comparison().compare(SLOT);

        assertThat(result.allEqual()).isTrue();
        assertThat(result.same()).containsExactly(A, B, C);
        assertThat(result.rows()).isEqualTo(1);
    }

    @Test
    void whatDiffersFromTheMajorityIsSetAside() throws Exception {
        trio().node("b").replicas.strange = "strange";

        SlotComparison.Result result = trio().node("b").comparison().compare(SLOT);

        assertThat(result.settled()).isTrue();
        assertThat(result.allEqual()).isFalse();
        assertThat(result.same()).containsExactly(A, C);
        assertThat(result.differing()).containsOnlyKeys(B);
        assertThat(trio().node("b").replicas.setAside).containsOnlyKeys(SLOT);
        assertThat(trio().node("a").replicas.setAside).isEmpty();
        assertThat(trio().node("c").replicas.setAside).isEmpty();
    }

    @Test
    void withoutAMajorityNothingIsSetAside() throws Exception {
        trio().node("a").replicas.strange = "strange";
        trio().node("b").stop();

        SlotComparison.Result result = trio().node("c").comparison().compare(SLOT);

        assertThat(result.settled()).isFalse();
        assertThat(result.differing()).hasSize(1);
        assertThat(result.silent()).containsOnlyKeys(B);
        assertThat(trio().node("a").replicas.setAside).isEmpty();
        assertThat(trio().node("c").replicas.setAside).isEmpty();
    }

    @Test
    void twoThatAgreeAreAMajorityOfThree() {
        assertThat(judged(Map.of(A, digest("x"), C, digest("x")))).matches(SlotComparison.Result::settled);
        assertThat(judged(Map.of(A, digest("x")))).matches(result -> !result.settled());
        assertThat(judged(Map.of(A, digest("x"), B, digest("y"), C, digest("z"))))
                .matches(result -> !result.settled() && result.differing().size() == 2);
        assertThat(judged(Map.of()))
                .matches(result -> !result.settled() && result.same().isEmpty());
        assertThat(judged(Map.of(A, digest("y"), B, digest("x"), C, digest("x")))
                        .differing())
                .containsOnlyKeys(A);
    }

    private static SlotComparison.Result judged(Map<NodeId, SlotDigest> digests) {
        Map<NodeId, String> silent = new HashMap<>();
        List.of(A, B, C).stream().filter(node -> !digests.containsKey(node)).forEach(node -> silent.put(node, "down"));
        return SlotComparison.judge(SLOT, 3, digests, silent);
    }

    private static SlotDigest digest(String text) {
        SlotDigest.Sum sum = new SlotDigest.Sum();
        sum.add(new byte[0], List.of(text));
        return sum.done();
    }
}
