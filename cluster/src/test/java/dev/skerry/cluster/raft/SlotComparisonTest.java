package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.SlotDigest;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.file.Path;
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

    private static final TakenDigests.Word NONE = new TakenDigests.Word(null, "down", false);
    private static final TakenDigests.Word DAMAGED = new TakenDigests.Word(null, "a row", true);

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
    void aDamagedRowIsFetchedAnewToo() throws Exception {
        trio().node("c").replicas.damaged = true;

        SlotComparison.Result result = trio().node("a").comparison().compare(SLOT);

        assertThat(result.same()).containsExactly(A, B);
        assertThat(result.differing()).isEqualTo(Map.of(C, List.of()));
        assertThat(trio().node("c").replicas.setAside).containsOnlyKeys(SLOT);
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
        assertThat(judged(says("x"), NONE, says("x"))).matches(SlotComparison.Result::settled);
        assertThat(judged(says("x"), NONE, NONE)).matches(result -> !result.settled());
        assertThat(judged(says("x"), says("y"), says("z")))
                .matches(result -> !result.settled() && result.differing().size() == 2);
        assertThat(judged(NONE, NONE, NONE))
                .matches(result -> !result.settled() && result.same().isEmpty());
        assertThat(judged(says("y"), says("x"), says("x")).differing()).containsOnlyKeys(A);
        assertThat(judged(DAMAGED, DAMAGED, says("x")))
                .matches(result -> !result.settled() && result.differing().size() == 2);
    }

    private static SlotComparison.Result judged(TakenDigests.Word a, TakenDigests.Word b, TakenDigests.Word c) {
        return SlotComparison.judge(SLOT, Map.of(A, a, B, b, C, c));
    }

    private static TakenDigests.Word says(String text) {
        return new TakenDigests.Word(digest(text), null, false);
    }

    private static SlotDigest digest(String text) {
        SlotDigest.Sum sum = new SlotDigest.Sum();
        sum.add(new byte[0], List.of(text));
        return sum.done();
    }
}
