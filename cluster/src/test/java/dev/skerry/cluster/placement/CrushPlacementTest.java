package dev.skerry.cluster.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrushPlacementTest {
    private static final int MANY = 9_000;
    private static final Groups GROUPS = new Groups(MANY, MANY);

    /** Chi-square that chance exceeds once in a thousand times, for 9 degrees of freedom. */
    private static final double CHI_SQUARE_9 = 27.877;

    @Test
    void everyJvmGivesTheSamePlaces() {
        ClusterMap map = ClusterMap.of(List.of(
                member("a", "deck-1", 1),
                member("b", "deck-1", 2),
                member("c", "deck-2", 1),
                member("d", "deck-3", 3)));
        CrushPlacement placement = new CrushPlacement(map, new Groups(16, 8), 3);
        assertThat(IntStream.range(0, 8)
                        .mapToObj(group -> placement.nodesForGroup(new PlacementGroup(group)).stream()
                                .map(NodeId::value)
                                .collect(Collectors.joining())))
                .containsExactly("dac", "cbd", "bcd", "bcd", "dbc", "dac", "bdc", "dbc");
        assertThat(Straw.length(new PlacementGroup(5), "node", "harbour", 2)).isEqualTo(-0.04657018577273201);
    }

    @Test
    void theOrderOfNodesDoesNotMatter() {
        List<Member> members = equalNodes(6);
        CrushPlacement one = new CrushPlacement(ClusterMap.of(members), GROUPS, 3);
        CrushPlacement other = new CrushPlacement(ClusterMap.of(members.reversed()), GROUPS, 3);
        assertThat(replicas(other)).isEqualTo(replicas(one));
    }

    @Test
    void equalNodesGetEqualShares() {
        CrushPlacement placement = new CrushPlacement(ClusterMap.of(equalNodes(10)), GROUPS, 3);
        double[] equal = IntStream.range(0, 10).mapToDouble(_ -> 1).toArray();
        assertThat(chiSquare(primaries(placement), equal)).isLessThan(CHI_SQUARE_9);
        Map<NodeId, Integer> all = new HashMap<>();
        replicas(placement).forEach(nodes -> nodes.forEach(node -> all.merge(node, 1, Integer::sum)));
        assertThat(chiSquare(all, equal)).isLessThan(CHI_SQUARE_9);
    }

    @Test
    void sharesFollowWeights() {
        List<Member> members = IntStream.range(0, 10)
                .mapToObj(i -> member("node-" + i, "deck", 1 + i))
                .toList();
        CrushPlacement placement = new CrushPlacement(ClusterMap.of(members), GROUPS, 3);
        double[] weights = IntStream.range(0, 10).mapToDouble(i -> 1 + i).toArray();
        assertThat(chiSquare(primaries(placement), weights)).isLessThan(CHI_SQUARE_9);
        double[] wrong = weights.clone();
        wrong[9] = 8;
        assertThat(chiSquare(primaries(placement), wrong)).isGreaterThan(CHI_SQUARE_9);
    }

    @Test
    void replicasSpanZonesWhereThereAreEnough() {
        Map<String, Integer> zones = Map.of("x", 1, "y", 2, "z", 5);
        List<Member> members = new ArrayList<>();
        zones.forEach((zone, nodes) -> IntStream.range(0, nodes).forEach(i -> members.add(member(zone + i, zone, 1))));
        for (List<NodeId> nodes : replicas(new CrushPlacement(ClusterMap.of(members), GROUPS, 3))) {
            assertThat(zonesOf(nodes)).containsExactlyInAnyOrder("x", "y", "z");
        }
        for (List<NodeId> nodes : replicas(new CrushPlacement(ClusterMap.of(members), GROUPS, 5))) {
            assertThat(new HashSet<>(nodes)).hasSize(5);
            assertThat(zonesOf(nodes)).contains("x", "y", "y", "z", "z");
        }
    }

    @Test
    void twoZonesShareThreeReplicas() {
        ClusterMap map = ClusterMap.of(
                List.of(member("x0", "x", 1), member("x1", "x", 1), member("y0", "y", 1), member("y1", "y", 1)));
        for (List<NodeId> nodes : replicas(new CrushPlacement(map, GROUPS, 3))) {
            assertThat(new HashSet<>(zonesOf(nodes))).containsExactlyInAnyOrder("x", "y");
            assertThat(new HashSet<>(nodes)).hasSize(3);
        }
    }

    @Test
    void fewerNodesThanReplicasHoldEverythingOnce() {
        for (List<NodeId> nodes : replicas(new CrushPlacement(ClusterMap.of(equalNodes(2)), GROUPS, 3))) {
            assertThat(nodes).hasSize(2).doesNotHaveDuplicates();
        }
    }

    @Test
    void aNodeThatJoinsTakesItsShareAndNothingElseMoves() {
        ClusterMap before = ClusterMap.of(equalNodes(10));
        ClusterMap after = before.with(member("new", "deck", 1));
        NodeId joined = new NodeId("new");
        List<List<NodeId>> old = replicas(new CrushPlacement(before, GROUPS, 3));
        List<List<NodeId>> now = replicas(new CrushPlacement(after, GROUPS, 3));
        int moved = 0;
        for (int group = 0; group < MANY; group++) {
            Set<NodeId> gained = new HashSet<>(now.get(group));
            gained.removeAll(old.get(group));
            assertThat(gained).isSubsetOf(joined);
            moved += gained.size();
        }
        assertThat(moved).isBetween(MANY * 3 * 9 / 110, MANY * 3 * 11 / 110);
    }

    @Test
    void aNodeThatLeavesGivesAwayItsShareAndNothingElseMoves() {
        ClusterMap before = ClusterMap.of(equalNodes(10));
        NodeId left = new NodeId("node-3");
        List<List<NodeId>> old = replicas(new CrushPlacement(before, GROUPS, 3));
        List<List<NodeId>> now = replicas(new CrushPlacement(before.without(left), GROUPS, 3));
        for (int group = 0; group < MANY; group++) {
            Set<NodeId> lost = new HashSet<>(old.get(group));
            lost.removeAll(now.get(group));
            assertThat(lost).isSubsetOf(left);
        }
        ClusterMap emptied = before.with(member("node-3", "deck", 0));
        assertThat(replicas(new CrushPlacement(emptied, GROUPS, 3))).isEqualTo(now);
    }

    @Test
    void aNodeThatGrowsOnlyGains() {
        ClusterMap before = ClusterMap.of(equalNodes(10));
        NodeId grown = new NodeId("node-3");
        List<List<NodeId>> old = replicas(new CrushPlacement(before, GROUPS, 3));
        List<List<NodeId>> now = replicas(new CrushPlacement(before.with(member("node-3", "deck", 2)), GROUPS, 3));
        int moved = 0;
        for (int group = 0; group < MANY; group++) {
            Set<NodeId> gained = new HashSet<>(now.get(group));
            gained.removeAll(old.get(group));
            assertThat(gained).isSubsetOf(grown);
            moved += gained.size();
        }
        assertThat(moved).isPositive().isLessThan(MANY * 3 / 10);
    }

    @Test
    void aZoneThatGrowsMovesLittle() {
        List<Member> members = new ArrayList<>();
        for (String zone : List.of("v", "w", "x", "y", "z")) {
            IntStream.range(0, 3).forEach(i -> members.add(member(zone + i, zone, 1)));
        }
        ClusterMap before = ClusterMap.of(members);
        List<List<NodeId>> old = replicas(new CrushPlacement(before, GROUPS, 3));
        List<List<NodeId>> now = replicas(new CrushPlacement(before.with(member("x3", "x", 1)), GROUPS, 3));
        int moved = 0;
        for (int group = 0; group < MANY; group++) {
            Set<NodeId> gained = new HashSet<>(now.get(group));
            gained.removeAll(old.get(group));
            assertThat(gained).allSatisfy(node -> assertThat(node.value()).startsWith("x"));
            moved += gained.size();
        }
        // a sixteenth is what the node should have; what its zone gains for its sake may go to its neighbours
        assertThat(moved).isPositive().isLessThan(MANY * 3 / 8);
    }

    @Test
    void nodesWithoutWeightHoldNothing() {
        assertThatThrownBy(() -> new CrushPlacement(ClusterMap.of(List.of(member("a", "x", 0))), GROUPS, 3))
                .hasMessageContaining("expected: one that takes a share");
        assertThatThrownBy(() -> new CrushPlacement(ClusterMap.of(equalNodes(1)), GROUPS, 0))
                .hasMessageContaining("replicas: 0");
    }

    @Test
    void slotsAreSpreadOverGroupsInTurn() {
        Groups groups = new Groups(16, 3);
        assertThat(groups.of(new SlotId(7))).isEqualTo(new PlacementGroup(1));
        assertThat(groups.slotsOf(new PlacementGroup(2)))
                .extracting(SlotId::value)
                .containsExactly(2, 5, 8, 11, 14);
        assertThatThrownBy(() -> groups.of(new SlotId(16))).hasMessageContaining("slot: 16 (expected: 0..15)");
        assertThatThrownBy(() -> new Groups(2, 3)).hasMessageContaining("groups: 3 (expected: 1..2)");
    }

    private static Member member(String id, String zone, int weight) {
        return new Member(new NodeId(id), id + ":9000", zone, weight);
    }

    private static List<Member> equalNodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> member("node-" + i, "deck", 1))
                .toList();
    }

    private static List<List<NodeId>> replicas(CrushPlacement placement) {
        return GROUPS.all().stream().map(placement::nodesForGroup).toList();
    }

    private static Map<NodeId, Integer> primaries(CrushPlacement placement) {
        Map<NodeId, Integer> counts = new HashMap<>();
        replicas(placement).forEach(nodes -> counts.merge(nodes.getFirst(), 1, Integer::sum));
        return counts;
    }

    private static List<String> zonesOf(List<NodeId> nodes) {
        return nodes.stream().map(node -> node.value().substring(0, 1)).toList();
    }

    /** Of the counts of node-0, node-1 and so on against shares in proportion to {@code weights}. */
    private static double chiSquare(Map<NodeId, Integer> counts, double[] weights) {
        double all = counts.values().stream().mapToInt(Integer::intValue).sum();
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double chiSquare = 0;
        for (int i = 0; i < weights.length; i++) {
            double expected = all * weights[i] / sum;
            double off = counts.getOrDefault(new NodeId("node-" + i), 0) - expected;
            chiSquare += off * off / expected;
        }
        return chiSquare;
    }
}
