package dev.skerry.cluster.topology;

import static dev.skerry.cluster.failure.Liveness.DOWN;
import static dev.skerry.cluster.failure.Liveness.SUSPECT;
import static dev.skerry.cluster.failure.Liveness.UP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.failure.Liveness;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.CrushPlacement;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.placement.Upgrade;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Groups GROUPS = new Groups(16, 3);

    private static Topology nodes(int count) {
        ClusterMap members = ClusterMap.of(IntStream.range(0, count)
                .mapToObj(node -> new Member(new NodeId("n" + node), "host-" + node + ":9000", "x", 1))
                .toList());
        return new Topology("id", 3, members, SlotMap.pin(GROUPS, new CrushPlacement(members, GROUPS, 3)));
    }

    private static Admission asking(String node, String address) {
        return new Admission(node, address, "y", 2, 16, false);
    }

    @Test
    void aNewNodeIsLetInAndHoldsNothing() {
        Admission admission = asking("new", "new:9000");
        assertThat(admission.refusal(nodes(3), _ -> true)).isEmpty();
        Topology with = admission.admit(nodes(3));
        assertThat(with.members().member(new NodeId("new")))
                .contains(new Member(new NodeId("new"), "new:9000", "y", 2));
        assertThat(with.map()).isEqualTo(nodes(3).map());
        assertThat(admission.admit(with)).isEqualTo(with);
        assertThat(admission.refusal(with, _ -> true)).as("once more").isEmpty();
    }

    @Test
    void whoIsSomebodyElseIsRefused() {
        Topology three = nodes(3);
        assertThat(asking("n1", "elsewhere:9000").refusal(three, _ -> true).orElseThrow())
                .contains("is the node at host-1:9000, which is alive");
        assertThat(asking("n1", "elsewhere:9000").refusal(three, _ -> false).orElseThrow())
                .contains("which does not answer", "--take-over", "remove-node n1");
        assertThat(asking("new", "host-1:9000").refusal(three, _ -> true).orElseThrow())
                .contains("is that of node n1");
        assertThat(new Admission("new", "new:9000", "y", 1, 8, false)
                        .refusal(three, _ -> true)
                        .orElseThrow())
                .contains("storage.slots: 8 (expected: 16");
    }

    @Test
    void anIdIsTakenOverWithWhatItHolds() {
        Topology three = nodes(3);
        Admission taking = new Admission("n1", "elsewhere:9000", "y", 7, 16, true);
        assertThat(taking.refusal(three, _ -> true).orElseThrow()).contains("which is alive");
        assertThat(taking.refusal(three, _ -> false)).isEmpty();
        assertThat(taking.isElsewhere(three)).isTrue();
        Topology taken = taking.admit(three);
        assertThat(taken.members().member(new NodeId("n1")))
                .contains(new Member(new NodeId("n1"), "elsewhere:9000", "y", 1, State.ACTIVE, 1));
        assertThat(taken.map()).isEqualTo(three.map());
        assertThat(taking.isElsewhere(taken)).isFalse();
        assertThat(taking.admit(taken)).as("asked again").isEqualTo(taken);
        assertThat(asking("n1", "host-1:9000").refusal(taken, _ -> false).orElseThrow())
                .as("the machine before")
                .contains("is the node at elsewhere:9000");
        assertThat(new Admission("n1", "host-2:9000", "y", 1, 16, true)
                        .refusal(three, _ -> false)
                        .orElseThrow())
                .contains("is that of node n2");
    }

    @Test
    void nobodyMayHearOfWhomIsTakenOver() {
        NodeId id = new NodeId("n4");
        Topology five = nodes(5);
        assertThat(objection(five, id, DOWN, DOWN, DOWN)).isEmpty();
        assertThat(objection(five, id, DOWN, DOWN, SUSPECT, SUSPECT)).containsInstanceOf(Admission.Answer.Later.class);
        assertThat(objection(five, id)).containsInstanceOf(Admission.Answer.Later.class);
        assertThat(objection(five, id, DOWN, DOWN, DOWN, UP))
                .hasValueSatisfying(answer -> assertThat(answer)
                        .isInstanceOfSatisfying(
                                Admission.Answer.Refused.class,
                                refused -> assertThat(refused.reason()).contains("which is alive, as node n3 hears")));

        Topology taken = new Admission("n4", "elsewhere:9000", "y", 1, 16, true).admit(five);
        assertThat(objection(taken, id, DOWN, DOWN, DOWN, DOWN))
                .as("a second one, while all speak of the machine before")
                .containsInstanceOf(Admission.Answer.Later.class);
    }

    private static Optional<Admission.Answer> objection(Topology topology, NodeId id, Liveness... seen) {
        Map<NodeId, Sighting> sightings = new LinkedHashMap<>();
        for (int node = 0; node < seen.length; node++) {
            sightings.put(new NodeId("n" + node), new Sighting(seen[node], 0));
        }
        return TakeOver.objection(topology, id, sightings);
    }

    @Test
    void nobodyNewIsLetInDuringAnUpgrade() {
        Topology upgrading = nodes(3).during(new Upgrade(null));
        assertThat(asking("new", "new:9000").refusal(upgrading, _ -> true).orElseThrow())
                .contains("upgrade finish");
        assertThat(new Admission("n1", "host-1:9000", "x", 1, 16, false).refusal(upgrading, _ -> true))
                .as("one that comes back")
                .isEmpty();
    }

    @Test
    void thereIsRoomForSixteen() {
        assertThat(asking("new", "new:9000").refusal(nodes(15), _ -> true)).isEmpty();
        assertThat(asking("new", "new:9000").refusal(nodes(16), _ -> true).orElseThrow())
                .contains("the cluster has 16 nodes");
        assertThat(asking("n3", "host-3:9000").refusal(nodes(16), _ -> true)).isEmpty();
    }

    @Test
    void whoLeavesIsNotLetInMeanwhile() {
        Topology three = nodes(3);
        Topology leaving = three.with(
                three.members().with(three.members().members().getFirst().in(State.LEAVING)));
        assertThat(asking("n0", "host-0:9000").refusal(leaving, _ -> true).orElseThrow())
                .contains("is about to leave");
    }
}
