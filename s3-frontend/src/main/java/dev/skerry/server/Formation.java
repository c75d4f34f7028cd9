package dev.skerry.server;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.CrushPlacement;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.config.ClusterSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The cluster as the configuration of a node lists it: what holds until its nodes have agreed on a topology. */
final class Formation {
    private Formation() {}

    /** The first topology: CRUSH places the groups, and from then on they are pinned. */
    static Topology of(ClusterSettings settings, NodeId self, int slots) {
        return of(settings, members(settings, self.value()), slots);
    }

    /** The same of these nodes. */
    static Topology of(ClusterSettings settings, ClusterMap members, int slots) {
        Groups groups = new Groups(slots, settings.groups());
        SlotMap map = SlotMap.pin(groups, new CrushPlacement(members, groups, settings.replicas()))
                .withCommonLog();
        return new Topology(clusterId(settings, members, slots), settings.replicas(), members, map);
    }

    /** Who forms the cluster, as the configuration lists them; this node alone where it lists none. */
    private static ClusterMap members(ClusterSettings settings, String self) {
        List<Member> members = settings.nodes().stream()
                .map(node -> new Member(new NodeId(node.id()), node.address().toString(), node.zone(), node.weight()))
                .toList();
        return ClusterMap.of(
                members.isEmpty()
                        ? List.of(new Member(
                                new NodeId(self),
                                settings.addressOf(self).toString(),
                                settings.zone(),
                                settings.weight()))
                        : members);
    }

    /**
     * The same on every node that is configured alike, so that nodes configured otherwise refuse it. Where nodes are
     * reached may differ from node to node.
     */
    private static String clusterId(ClusterSettings settings, ClusterMap members, int slots) {
        String formed = members.members().stream()
                .map(member -> member.id().value() + "/" + member.zone() + "/" + member.weight())
                .collect(Collectors.joining(
                        ",", settings.name() + "|", "|" + slots + "|" + settings.groups() + "|" + settings.replicas()));
        return UUID.nameUUIDFromBytes(formed.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** What of the configuration counts no more, because the nodes have agreed otherwise; a line for each. */
    static List<String> passedOver(ClusterSettings settings, Topology agreed) {
        List<String> lines = new ArrayList<>();
        if (settings.nodes().isEmpty()) {
            return lines;
        }
        for (ClusterSettings.Node node : settings.nodes()) {
            Member member = agreed.members().member(new NodeId(node.id())).orElse(null);
            if (member == null) {
                lines.add("cluster.initial_cluster.nodes: " + node.id() + ", which is no node of the cluster");
            } else if (!member.zone().equals(node.zone()) || member.weight() != node.weight()) {
                lines.add("cluster.initial_cluster.nodes: " + node.id() + " in zone " + node.zone() + " of weight "
                        + node.weight() + ", which is in zone " + member.zone() + " of weight " + member.weight());
            }
        }
        for (NodeId node : agreed.nodes()) {
            if (settings.node(node.value()).isEmpty()) {
                lines.add(
                        "cluster.initial_cluster.nodes: without " + node.value() + ", which is a node of the cluster");
            }
        }
        int groups = agreed.map().groups().count();
        if (settings.groups() != groups || settings.replicas() != agreed.replicas()) {
            lines.add("cluster.groups and cluster.replicas: " + settings.groups() + " and " + settings.replicas()
                    + ", which are " + groups + " and " + agreed.replicas());
        }
        return lines;
    }
}
