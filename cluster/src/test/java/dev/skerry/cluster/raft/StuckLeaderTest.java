package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StuckLeaderTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final StuckLeader looking = new StuckLeader(Optional::empty, Runnable::run);

    private static GroupStatus status(boolean leads, long applied, long committed) {
        return new GroupStatus(leads, A, 1, applied, committed, List.of(A, B, C), Map.of(B, 10L, C, 12L));
    }

    private void looksInVain(int times, GroupStatus status) {
        for (int i = 0; i < times; i++) {
            assertThat(looking.successors(status)).isEmpty();
        }
    }

    /** Each time it waits for twice as long. */
    @Test
    void whoHasMostOfTheLogIsToLeadAndThenTheOthersInTurn() {
        GroupStatus stuck = status(true, 5, 12);
        looksInVain(3, stuck);
        assertThat(looking.successors(stuck)).contains(List.of(C, A, B));
        looksInVain(5, stuck);
        assertThat(looking.successors(stuck)).contains(List.of(B, A, C));
        looksInVain(11, stuck);
        assertThat(looking.successors(stuck)).contains(List.of(C, A, B));
    }

    /** Whoever was to lead was stuck, too, and gave it back. */
    @Test
    void theThirdIsTriedWhereTwoAreStuck() {
        looksInVain(3, status(true, 5, 12));
        assertThat(looking.successors(status(true, 5, 12))).contains(List.of(C, A, B));
        looksInVain(5, status(false, 5, 12));
        looksInVain(6, status(true, 5, 13));
        assertThat(looking.successors(status(true, 5, 13))).contains(List.of(B, A, C));
    }

    @Test
    void whoHasAppliedEverythingInBetweenBeginsAnew() {
        looksInVain(3, status(true, 5, 12));
        assertThat(looking.successors(status(true, 5, 12))).contains(List.of(C, A, B));
        looksInVain(1, status(false, 12, 12));
        looksInVain(3, status(true, 12, 13));
        assertThat(looking.successors(status(true, 12, 13))).contains(List.of(C, A, B));
    }

    @Test
    void whoAppliesSlowlyIsNotStuck() {
        for (int applied = 0; applied < 20; applied++) {
            looksInVain(2, status(true, applied, 100));
        }
    }

    @Test
    void whoHasNothingToApplyOrFollowsIsNotStuck() {
        looksInVain(10, status(true, 12, 12));
        looksInVain(10, status(false, 5, 12));
    }

    @Test
    void whoIsAloneHasNobodyToLeadInItsPlace() {
        looksInVain(10, new GroupStatus(true, A, 1, 5, 12, List.of(A), Map.of()));
    }
}
