package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.RowDigest;
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

class ReplicaComparisonTest {
    private static final SlotId SLOT = new SlotId(1);
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private static final DigestWord NONE = DigestWord.silent("down");
    private static final DigestWord DAMAGED = new DigestWord(null, "a row", true);

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
        Verdict result = trio().node("b").comparison().compare(SLOT);

        assertThat(result.allEqual()).isTrue();
        assertThat(result.same()).containsExactly(A, B, C);
        assertThat(result.rows()).isEqualTo(1);
    }

    @Test
    void whatDiffersFromTheMajorityIsSetAside() throws Exception {
        trio().node("b").replicas.strange = "strange";

        Verdict result = trio().node("b").comparison().compare(SLOT);

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

        Verdict result = trio().node("a").comparison().compare(SLOT);

        assertThat(result.same()).containsExactly(A, B);
        assertThat(result.differing()).isEqualTo(Map.of(C, List.of()));
        assertThat(trio().node("c").replicas.setAside).containsOnlyKeys(SLOT);
    }

    @Test
    void withoutAMajorityNothingIsSetAside() throws Exception {
        trio().node("a").replicas.strange = "strange";
        trio().node("b").stop();

        Verdict result = trio().node("c").comparison().compare(SLOT);

        assertThat(result.settled()).isFalse();
        assertThat(result.differing()).hasSize(1);
        assertThat(result.silent()).containsOnlyKeys(B);
        assertThat(trio().node("a").replicas.setAside).isEmpty();
        assertThat(trio().node("c").replicas.setAside).isEmpty();
    }

    @Test
    void twoThatAgreeAreAMajorityOfThree() {
        assertThat(judged(says("x"), NONE, says("x"))).matches(Verdict::settled);
        assertThat(judged(says("x"), NONE, NONE)).matches(result -> !result.settled());
        assertThat(judged(says("x"), says("y"), says("z")))
                .matches(result -> !result.settled() && result.differing().size() == 2);
        assertThat(judged(NONE, NONE, NONE))
                .matches(result -> !result.settled() && result.same().isEmpty());
        assertThat(judged(says("y"), says("x"), says("x")).differing()).containsOnlyKeys(A);
        assertThat(judged(DAMAGED, DAMAGED, says("x")))
                .matches(result -> !result.settled() && result.differing().size() == 2);
    }

    private static Verdict judged(DigestWord a, DigestWord b, DigestWord c) {
        return Verdict.of(Map.of(A, a, B, b, C, c));
    }

    private static DigestWord says(String text) {
        return DigestWord.of(digest(text));
    }

    private static RowDigest digest(String text) {
        RowDigest.Sum sum = new RowDigest.Sum();
        sum.add(new byte[0], List.of(text));
        return sum.done();
    }
}
