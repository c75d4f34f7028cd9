package dev.skerry.cluster.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapsJsonTest {
    private static final ClusterMap NODES = ClusterMap.of(List.of(
                    new Member(new NodeId("b"), "[fd00::2]:9000", "deck-2", 0),
                    new Member(new NodeId("a"), "10.0.0.1:9000", "deck \"1\"", 10_000)))
            .with(new Member(new NodeId("c"), "c:9000", "default", 1));

    private static final NodeId D = new NodeId("d");

    private static final SlotMap SLOTS = SlotMap.pin(new Groups(16, 3), new CrushPlacement(NODES, new Groups(16, 3), 2))
            .learning(new PlacementGroup(2), D);

    @Test
    void mapsComeBackAsTheyWere() {
        assertThat(MapsJson.clusterMap(MapsJson.write(NODES))).isEqualTo(NODES);
        assertThat(MapsJson.slotMap(MapsJson.write(SLOTS))).isEqualTo(SLOTS);
    }

    @Test
    void aTopologyComesBackAsItWas() {
        Topology topology = new Topology(
                "id-1",
                3,
                NODES.with(
                        NODES.members().getFirst().in(ClusterMap.State.DRAINING).takenOver("d:1", "deck-3")),
                SLOTS);
        String text = MapsJson.write(topology);
        assertThat(MapsJson.topology(text)).isEqualTo(topology);
        for (String broken : List.of(
                text.replace("\"draining\"", "\"dreaming\""),
                text.replace("\"replicas\":3", "\"replicas\":0"),
                text.replace("\"members\"", "\"people\""),
                text.substring(1))) {
            assertThat(broken).isNotEqualTo(text);
            assertThatThrownBy(() -> MapsJson.topology(broken)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void byWhichLogsGroupsChangeComesBackAsItWas() {
        Groups groups = new Groups(16, 3);
        SlotMap common =
                SlotMap.pin(groups, new CrushPlacement(NODES, groups, 2)).withCommonLog();
        assertThat(common.logs()).isEqualTo(SlotMap.Logs.COMMON);
        for (SlotMap map : List.of(
                common, common.splitting(), common.splitting().split(), common.learning(PlacementGroup.ZERO, D))) {
            assertThat(MapsJson.slotMap(MapsJson.write(map))).isEqualTo(map);
            Topology topology = new Topology("id-1", 2, NODES, map);
            assertThat(MapsJson.topology(MapsJson.write(topology))).isEqualTo(topology);
        }
        String text = text(MapsJson.write(common));
        for (String broken : List.of(
                text.replace("\"common\"", "\"shared\""),
                text.replace("\"common\"", "1"),
                text.replaceFirst("\"learners\":\\[]", "\"learners\":[\"d\"]"))) {
            assertThat(broken).isNotEqualTo(text);
            assertThatThrownBy(() -> MapsJson.slotMap(bytes(broken)))
                    .as(broken)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** As all maps are that were written before groups could share one. */
    @Test
    void whereNothingIsSaidOfLogsEachGroupHasItsOwn() {
        Groups groups = new Groups(16, 3);
        SlotMap common =
                SlotMap.pin(groups, new CrushPlacement(NODES, groups, 2)).withCommonLog();
        String text = text(MapsJson.write(common)).replace("\"logs\":\"common\",", "");
        assertThat(text).doesNotContain("logs");
        assertThat(MapsJson.slotMap(bytes(text)))
                .isEqualTo(new SlotMap(common.version(), groups, common.assignments(), SlotMap.Logs.OWN));
        assertThat(text(MapsJson.write(SLOTS))).doesNotContain("logs");
    }

    @Test
    void anUpgradeComesBackAsItWas() {
        Topology still = new Topology("id-1", 3, NODES, SLOTS);
        for (Upgrade upgrade : List.of(new Upgrade(null), new Upgrade("2.0"))) {
            assertThat(MapsJson.topology(MapsJson.write(still.during(upgrade))).upgrade())
                    .isEqualTo(upgrade);
        }
        assertThat(MapsJson.topology(MapsJson.write(still.during(null)))).isEqualTo(still);
    }

    @Test
    void whoIsBeingEmptiedTakesNoShare() {
        Groups groups = new Groups(16, 3);
        ClusterMap drained = NODES.with(NODES.members().getFirst().in(ClusterMap.State.DRAINING));
        for (PlacementGroup group : groups.all()) {
            assertThat(new CrushPlacement(drained, groups, 3).nodesForGroup(group))
                    .isNotEmpty()
                    .doesNotContain(new NodeId("a"));
        }
    }

    @Test
    void whatANewerNodeAddedIsLeftOut() {
        String text = text(MapsJson.write(NODES)).replace("{\"id\"", "{\"colour\":[1],\"id\"");
        assertThat(MapsJson.clusterMap(bytes(text))).isEqualTo(NODES);
    }

    @Test
    void whatIsNoMapIsRefusedWithWhatWasFound() {
        assertThatThrownBy(() -> MapsJson.clusterMap(bytes("{"))).hasMessageContaining("not JSON");
        assertThatThrownBy(() -> MapsJson.clusterMap(bytes(""))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MapsJson.clusterMap(bytes("[]"))).hasMessageContaining("expected: a list");
        assertThatThrownBy(() -> MapsJson.clusterMap(bytes("{\"version\":1,\"version\":2,\"nodes\":[]}")))
                .hasMessageContaining("not JSON");
        String nodes = text(MapsJson.write(NODES));
        for (String broken : List.of(
                nodes.replace("\"a\"", "\"b\""),
                nodes.replace("10000", "2147483648"),
                nodes.replace("10000", "-1"),
                nodes.replace("10000", "1.5"),
                nodes.replace("\"version\":2", "\"version\":0"),
                nodes.replace("\"c:9000\"", "9000"))) {
            assertThat(broken).isNotEqualTo(nodes);
            assertThatThrownBy(() -> MapsJson.clusterMap(bytes(broken)))
                    .as(broken)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        String slots = text(MapsJson.write(SLOTS));
        for (String broken : List.of(
                slots.replace("\"slots\":16", "\"slots\":2"),
                slots.replace("\"slots\":16", "\"slots\":99999999999"),
                slots.replace("\"learners\":[\"d\"]", "\"learners\":[7]"),
                slots.replace("\"epoch\":2", "\"epoch\":0"))) {
            assertThat(broken).isNotEqualTo(slots);
            assertThatThrownBy(() -> MapsJson.slotMap(bytes(broken)))
                    .as(broken)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
