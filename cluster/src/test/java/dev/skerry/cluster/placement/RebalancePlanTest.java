package dev.skerry.cluster.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.RebalancePlan.Add;
import dev.skerry.cluster.placement.RebalancePlan.Remove;
import dev.skerry.cluster.placement.RebalancePlan.Step;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RebalancePlanTest {
    private static final Groups GROUPS = new Groups(16, 3);
    private static final PlacementGroup ZERO = PlacementGroup.ZERO;

    @Test
    void threeNodesLeadOneGroupEach() {
        SlotMap map = pinned("a", "b", "c");
        assertThat(map.assignments())
                .extracting(each -> each.replicas().getFirst())
                .containsExactlyInAnyOrder(node("a"), node("b"), node("c"));
        assertThat(map.assignments())
                .allSatisfy(each -> assertThat(each.quorum()).isEqualTo(2));
        assertThat(RebalancePlan.of(map, crush("a", "b", "c"), Set.of()).done()).isTrue();
    }

    @Test
    void aReplicaComesBeforeTheOldOneGoes() {
        SlotMap map = map("a", "b", "c");
        RebalancePlan plan = RebalancePlan.of(map, places("a", "b", "d"), Set.of());
        assertThat(plan.steps()).containsExactly(new Add(ZERO, node("d")), new Remove(ZERO, node("c")));
        assertThat(plan.blocked()).isEmpty();
    }

    @Test
    void whatIsDownGoesFirst() {
        RebalancePlan plan = RebalancePlan.of(map("a", "b", "c"), places("a", "d", "e"), Set.of(node("c")));
        assertThat(plan.steps())
                .containsExactly(
                        new Add(ZERO, node("d")),
                        new Remove(ZERO, node("c")),
                        new Add(ZERO, node("e")),
                        new Remove(ZERO, node("b")));
    }

    @Test
    void withoutAQuorumNothingIsPlanned() {
        RebalancePlan plan = RebalancePlan.of(map("a", "b", "c"), places("a", "d", "e"), Set.of(node("b"), node("c")));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.blocked()).singleElement().satisfies(blocked -> {
            assertThat(blocked.group()).isEqualTo(ZERO);
            assertThat(blocked.reason()).contains("more than half");
        });
        assertThat(plan.done()).isFalse();
    }

    @Test
    void aQuorumIsNeverGivenAway() {
        RebalancePlan plan = RebalancePlan.of(map("a", "b", "c"), places("a", "c"), Set.of(node("c")));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.blocked())
                .singleElement()
                .satisfies(blocked -> assertThat(blocked.reason()).contains("without node b too few"));
    }

    @Test
    void aNodeThatIsDownTakesNothing() {
        RebalancePlan plan = RebalancePlan.of(map("a", "b", "c"), places("a", "b", "d"), Set.of(node("d")));
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.blocked())
                .singleElement()
                .satisfies(blocked -> assertThat(blocked.reason()).contains("node d is to take a replica and is down"));
    }

    @Test
    void whatWasBegunIsFinishedAndWhatIsNotWantedAnyMoreIsLetGo() {
        SlotMap begun = map("a", "b", "c").learning(ZERO, node("d")).learning(ZERO, node("x"));
        RebalancePlan plan = RebalancePlan.of(begun, places("b", "d", "e"), Set.of());
        assertThat(plan.steps())
                .containsExactly(
                        new Remove(ZERO, node("x")),
                        new Add(ZERO, node("d")),
                        new Remove(ZERO, node("a")),
                        new Add(ZERO, node("e")),
                        new Remove(ZERO, node("c")));
    }

    @Test
    void everyChangeRaisesTheEpochOfItsGroupOnly() {
        SlotMap first = pinned("a", "b", "c");
        SlotMap second = first.learning(ZERO, node("d"));
        SlotMap third = second.voting(ZERO, node("d")).without(ZERO, node("a"));
        assertThat(third.of(ZERO).epoch()).isEqualTo(4);
        assertThat(third.version()).isEqualTo(4);
        assertThat(third.of(new PlacementGroup(1))).isEqualTo(first.of(new PlacementGroup(1)));
        assertThat(third.of(ZERO).replicas()).contains(node("d")).doesNotContain(node("a"));
        assertThat(third.groupsOn(node("d"))).containsExactly(ZERO);
        assertThatThrownBy(() -> second.learning(ZERO, node("d"))).hasMessageContaining("expected: each once");
        assertThatThrownBy(() -> second.voting(ZERO, node("e"))).hasMessageContaining("no learner of group 0");
        assertThatThrownBy(() -> second.without(ZERO, node("e"))).hasMessageContaining("not of group 0");
    }

    /**
     * Whatever the maps and whoever is down: each step alone keeps a quorum up, and all of them lead where they should.
     */
    @Test
    void everyPlanKeepsItsPromises() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<NodeId> all = IntStream.range(0, 7).mapToObj(i -> node("n" + i)).toList();
        for (int round = 0; round < 5_000; round++) {
            SlotMap map = new SlotMap(1, new Groups(1, 1), List.of(assignment(some(all, random))));
            List<NodeId> target = some(all, random);
            Set<NodeId> down = new HashSet<>();
            all.stream().filter(_ -> random.nextInt(5) == 0).forEach(down::add);
            RebalancePlan plan = RebalancePlan.of(map, places(target), down);
            String when = "seed " + seed + ", round " + round + ": " + map + " to " + target + " without " + down;
            int least = Math.min(map.of(ZERO).replicas().size(), target.size());
            for (Step step : plan.steps()) {
                assertThat(upMost(map, down)).as(when).isTrue();
                map = switch (step) {
                    case Add add -> map.learning(ZERO, add.node()).voting(ZERO, add.node());
                    case Remove remove -> map.without(ZERO, remove.node());
                };
                assertThat(map.of(ZERO).replicas()).as(when).hasSizeGreaterThanOrEqualTo(least);
                if (step instanceof Remove) {
                    assertThat(upMost(map, down)).as(when).isTrue();
                }
            }
            if (plan.blocked().isEmpty()) {
                assertThat(map.of(ZERO).replicas()).as(when).containsExactlyInAnyOrderElementsOf(target);
            } else {
                assertThat(down).as(when).isNotEmpty();
            }
        }
    }

    private static boolean upMost(SlotMap map, Set<NodeId> down) {
        List<NodeId> replicas = map.of(ZERO).replicas();
        long up = replicas.stream().filter(node -> !down.contains(node)).count();
        return up >= map.of(ZERO).quorum();
    }

    private static List<NodeId> some(List<NodeId> all, Random random) {
        List<NodeId> chosen = new ArrayList<>(all);
        java.util.Collections.shuffle(chosen, random);
        return chosen.subList(0, 1 + random.nextInt(5));
    }

    private static NodeId node(String id) {
        return new NodeId(id);
    }

    private static Assignment assignment(List<NodeId> replicas) {
        return new Assignment(ZERO, replicas, List.of(), 1);
    }

    private static SlotMap map(String... replicas) {
        return new SlotMap(
                1,
                new Groups(1, 1),
                List.of(assignment(Stream.of(replicas).map(NodeId::new).toList())));
    }

    private static SlotMap pinned(String... nodes) {
        return SlotMap.pin(GROUPS, crush(nodes));
    }

    private static CrushPlacement crush(String... nodes) {
        return new CrushPlacement(
                ClusterMap.of(Stream.of(nodes)
                        .map(id -> new Member(node(id), id + ":9000", "deck", 1))
                        .toList()),
                GROUPS,
                3);
    }

    /** Group 0 on these nodes. */
    private static PlacementPolicy places(String... nodes) {
        return places(Stream.of(nodes).map(NodeId::new).toList());
    }

    private static PlacementPolicy places(List<NodeId> nodes) {
        SlotMap map = new SlotMap(1, new Groups(1, 1), List.of(assignment(nodes)));
        return new SlotMapPlacement(map.groups(), () -> map);
    }
}
