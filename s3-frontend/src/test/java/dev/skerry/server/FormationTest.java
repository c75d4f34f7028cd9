package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.SettingsReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FormationTest {
    private static final String NODES = "[{id: a, address: '10.0.0.1:1', zone: x, weight: 2}, {id: b, address:"
            + " '10.0.0.2:1'}, {id: c, address: '10.0.0.3:1'}]";

    private static ClusterSettings settings(String nodes, Map<String, String> others) {
        Map<String, String> flags = new HashMap<>(others);
        flags.put("cluster.secret", "0123456789abcdef0123456789abcdef");
        flags.put("cluster.node_id", "a");
        flags.put("cluster.initial_cluster.nodes", nodes);
        return Objects.requireNonNull(
                SettingsReader.read(null, Map.of(), flags).settings().cluster());
    }

    private static Topology formed(ClusterSettings settings, int slots) {
        return Formation.of(settings, new NodeId("a"), slots);
    }

    @Test
    void nodesConfiguredAlikeFormOneClusterWhereverTheySeeEachOther() {
        Topology topology = formed(settings(NODES, Map.of()), 16);
        assertThat(formed(settings(NODES.replace("10.0", "192.168"), Map.of()), 16)
                        .clusterId())
                .isEqualTo(topology.clusterId());
        assertThat(formed(settings(NODES, Map.of("cluster.name", "other")), 16).clusterId())
                .isNotEqualTo(topology.clusterId());
        assertThat(formed(settings(NODES.replace("zone: x", "zone: y"), Map.of()), 16)
                        .clusterId())
                .isNotEqualTo(topology.clusterId());
        assertThat(formed(settings(NODES, Map.of()), 32).clusterId()).isNotEqualTo(topology.clusterId());
    }

    @Test
    void whatTheNodesAgreedOnOtherwiseIsNamed() {
        Topology topology = formed(settings(NODES, Map.of()), 16);
        assertThat(Formation.passedOver(settings(NODES, Map.of()), topology)).isEmpty();
        Topology changed = topology.with(
                topology.members().without(new NodeId("c")).with(new Member(new NodeId("d"), "10.0.0.4:1", "x", 1)));
        ClusterSettings other = settings(NODES.replace("weight: 2", "weight: 1"), Map.of("cluster.groups", "4"));
        assertThat(Formation.passedOver(other, changed))
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("a in zone x of weight 1"))
                .anySatisfy(line -> assertThat(line).contains("c, which is no node"))
                .anySatisfy(line -> assertThat(line).contains("without d"))
                .anySatisfy(line -> assertThat(line).contains("4 and 3, which are 3 and 3"));
    }
}
