package dev.skerry.cluster.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import dev.skerry.cluster.placement.SlotMap.Logs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlotMapTest {
    private static final Groups GROUPS = new Groups(16, 3);
    private static final PlacementGroup ONE = new PlacementGroup(1);

    @Test
    void groupsOnTheSameNodesBeginWithOneLog() {
        SlotMap pinned = pinned(GROUPS, 3, "a", "b", "c");
        SlotMap common = pinned.withCommonLog();
        assertThat(common.logs()).isEqualTo(Logs.COMMON);
        assertThat(common.version()).isEqualTo(pinned.version());
        assertThat(common.assignments())
                .hasSize(3)
                .extracting(Assignment::replicas)
                .containsOnly(pinned.assignments().getFirst().replicas());
        assertThat(common.withCommonLog()).isEqualTo(common);
    }

    @Test
    void groupsOnOtherNodesBeginWithTheirOwn() {
        SlotMap fewerThanAll = pinned(GROUPS, 3, "a", "b", "c", "d");
        assertThat(fewerThanAll.withCommonLog()).isSameAs(fewerThanAll);
        assertThat(fewerThanAll.logs()).isEqualTo(Logs.OWN);
        SlotMap beingFilled = pinned(GROUPS, 3, "a", "b", "c").learning(ONE, node("d"));
        assertThat(beingFilled.withCommonLog()).isSameAs(beingFilled);
    }

    @Test
    void aSingleGroupHasItsOwn() {
        SlotMap single = pinned(new Groups(16, 1), 3, "a", "b", "c");
        assertThat(single.withCommonLog()).isSameAs(single);
        assertThat(single.logs()).isEqualTo(Logs.OWN);
    }

    @Test
    void groupsThatShareALogChangeTogether() {
        SlotMap learning = common().learning(ONE, node("d"));
        assertAlike(learning, 2, nodes("a", "b", "c"), nodes("d"));
        SlotMap voting = learning.voting(new PlacementGroup(2), node("d"));
        assertAlike(voting, 3, nodes("a", "b", "c", "d"), nodes());
        SlotMap led = voting.led(PlacementGroup.ZERO, node("c"));
        assertAlike(led, 4, nodes("c", "a", "b", "d"), nodes());
        assertAlike(led.without(ONE, node("a")), 5, nodes("c", "b", "d"), nodes());
        assertAlike(learning.without(ONE, node("d")), 3, nodes("a", "b", "c"), nodes());
    }

    @Test
    void groupsWithTheirOwnLogsChangeAlone() {
        for (SlotMap before : List.of(common().splitting(), common().splitting().split())) {
            long epoch = before.of(ONE).epoch();
            List<UnaryOperator<SlotMap>> changes = List.of(
                    map -> map.learning(ONE, node("d")),
                    map -> map.led(ONE, node("a")),
                    map -> map.without(ONE, node("b")));
            for (UnaryOperator<SlotMap> change : changes) {
                SlotMap after = change.apply(before);
                assertThat(after.logs()).isEqualTo(before.logs());
                assertThat(after.version()).isEqualTo(before.version() + 1);
                assertThat(after.of(ONE).epoch()).isEqualTo(epoch + 1);
                assertThat(after.of(PlacementGroup.ZERO)).isEqualTo(before.of(PlacementGroup.ZERO));
                assertThat(after.of(new PlacementGroup(2))).isEqualTo(before.of(new PlacementGroup(2)));
            }
        }
    }

    @Test
    void oneThatDoesNotTakePartCannotChangeInAnyOfThem() {
        SlotMap map = common();
        assertThatThrownBy(() -> map.voting(ONE, node("d"))).hasMessageContaining("node d: no learner of group 1");
        assertThatThrownBy(() -> map.led(ONE, node("d"))).hasMessageContaining("node d: no replica of group 1");
        assertThatThrownBy(() -> map.without(ONE, node("d"))).hasMessageContaining("node d: not of group 1");
    }

    @Test
    void theFirstGroupStandsForAllThatShareALog() {
        SlotMap common = common();
        assertThat(common.sharing(ONE)).isEqualTo(GROUPS.all());
        assertThat(common.eachLog()).containsExactly(common.of(PlacementGroup.ZERO));
        for (SlotMap other : List.of(common.splitting(), common.splitting().split())) {
            assertThat(other.sharing(ONE)).containsExactly(ONE);
            assertThat(other.eachLog()).isEqualTo(other.assignments());
        }
        assertThatThrownBy(() -> common.sharing(new PlacementGroup(3))).hasMessageContaining("expected: 0..2");
    }

    @Test
    void groupsGoOnByTheirOwnLogsWhereTheyAre() {
        SlotMap common = common();
        SlotMap splitting = common.splitting();
        assertThat(splitting.logs()).isEqualTo(Logs.SPLITTING);
        assertThat(splitting.assignments())
                .allSatisfy(each -> assertThat(each.replicas()).isEqualTo(nodes("a", "b", "c")))
                .allSatisfy(each -> assertThat(each.epoch()).isEqualTo(2));
        assertThat(splitting.split())
                .isEqualTo(new SlotMap(
                        3,
                        GROUPS,
                        List.of(
                                new Assignment(PlacementGroup.ZERO, nodes("a", "b", "c"), nodes(), 3),
                                new Assignment(ONE, nodes("b", "c", "a"), nodes(), 3),
                                new Assignment(new PlacementGroup(2), nodes("c", "a", "b"), nodes(), 3)),
                        Logs.OWN));
    }

    @Test
    void withFewerNodesThanGroupsSomeLeadMoreThanOne() {
        assertThat(GROUPS.all())
                .extracting(group -> SlotMap.ledInTurn(nodes("a", "b"), group))
                .containsExactly(nodes("a", "b"), nodes("b", "a"), nodes("a", "b"));
        assertThat(SlotMap.ledInTurn(nodes("a"), ONE)).containsExactly(node("a"));
    }

    @Test
    void oneLogForGroupsThatAreNotAlikeIsRefused() {
        List<Assignment> alike = common().assignments();
        for (Assignment other : List.of(
                new Assignment(ONE, nodes("a", "b", "d"), nodes(), 1),
                new Assignment(ONE, nodes("b", "a", "c"), nodes(), 1),
                new Assignment(ONE, nodes("a", "b", "c"), nodes("d"), 1))) {
            List<Assignment> unlike = new ArrayList<>(alike);
            unlike.set(1, other);
            assertThatThrownBy(() -> new SlotMap(1, GROUPS, unlike, Logs.COMMON))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: the same nodes for all");
            assertThat(new SlotMap(1, GROUPS, unlike, Logs.SPLITTING).assignments())
                    .isEqualTo(unlike);
        }
        List<Assignment> laterInOne = new ArrayList<>(alike);
        laterInOne.set(1, new Assignment(ONE, nodes("a", "b", "c"), nodes(), 7));
        assertThat(new SlotMap(1, GROUPS, laterInOne, Logs.COMMON)
                        .learning(ONE, node("d"))
                        .assignments())
                .extracting(Assignment::epoch)
                .containsExactly(2L, 8L, 2L);
    }

    @Test
    void aNodeMoreThanReplicasSplitsTheLog() {
        Topology topology = formed("a", "b", "c");
        Target target = Target.of(topology.with(topology.members().with(member("d"))));
        assertThat(target.splits(topology.map())).isTrue();
        assertThat(target.steps()).isPositive();
        assertThat(target.splits(topology.map().splitting())).isFalse();
        assertThat(target.splits(topology.map().splitting().split())).isFalse();
    }

    @Test
    void asManyNodesAsReplicasKeepTheLog() {
        for (Topology topology : List.of(formed("a"), formed("a", "b"), formed("a", "b", "c"))) {
            Target same = Target.of(topology);
            assertThat(same.splits(topology.map())).isFalse();
            assertThat(same.steps()).isZero();
            assertThat(same.toBeLed(topology.map())).isEmpty();
        }
        Topology two = formed("a", "b");
        Target three = Target.of(two.with(two.members().with(member("c"))));
        assertThat(three.splits(two.map())).isFalse();
        assertAlike(three, "a", "b", "c");
    }

    @Test
    void aNodeInPlaceOfAnotherKeepsTheLog() {
        Topology formed = formed("a", "b", "c");
        ClusterMap replaced = formed.members()
                .with(member("d"))
                .with(formed.members().member(node("a")).orElseThrow().in(State.LEAVING));
        Target target = Target.of(formed.with(replaced));
        assertThat(target.splits(formed.map())).isFalse();
        assertAlike(target, "b", "c", "d");
    }

    @Test
    void whereEachGroupHasItsOwnLogEachIsLedByAnother() {
        Topology formed = formed("a", "b", "c");
        SlotMap splitting = formed.map().splitting();
        for (SlotMap map : List.of(splitting, splitting.split())) {
            Target target = Target.of(formed.with(map));
            assertThat(target.splits(map)).isFalse();
            assertThat(target.replicas())
                    .extracting(List::getFirst)
                    .containsExactlyInAnyOrder(node("a"), node("b"), node("c"));
        }
    }

    private static void assertAlike(SlotMap map, long version, List<NodeId> replicas, List<NodeId> learners) {
        assertThat(map)
                .isEqualTo(new SlotMap(
                        version,
                        GROUPS,
                        GROUPS.all().stream()
                                .map(group -> new Assignment(group, replicas, learners, version))
                                .toList(),
                        Logs.COMMON));
    }

    private static void assertAlike(Target target, String... names) {
        assertThat(target.replicas())
                .hasSize(3)
                .allSatisfy(replicas -> assertThat(replicas)
                        .isEqualTo(target.replicas().getFirst())
                        .containsExactlyInAnyOrderElementsOf(nodes(names)));
    }

    private static SlotMap common() {
        return new SlotMap(
                        1,
                        GROUPS,
                        GROUPS.all().stream()
                                .map(group -> new Assignment(group, nodes("a", "b", "c"), List.of(), 1))
                                .toList())
                .withCommonLog();
    }

    private static Topology formed(String... names) {
        return new Topology("id", 3, members(names), pinned(GROUPS, 3, names).withCommonLog());
    }

    private static SlotMap pinned(Groups groups, int replicas, String... names) {
        return SlotMap.pin(groups, new CrushPlacement(members(names), groups, replicas));
    }

    private static ClusterMap members(String... names) {
        return ClusterMap.of(Stream.of(names).map(SlotMapTest::member).toList());
    }

    private static Member member(String name) {
        return new Member(node(name), name + ":1", "x", 1);
    }

    private static List<NodeId> nodes(String... names) {
        return Stream.of(names).map(NodeId::new).toList();
    }

    private static NodeId node(String name) {
        return new NodeId(name);
    }
}
