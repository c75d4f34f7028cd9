package dev.skerry.cluster.placement;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a cluster and who holds what: the one document that all nodes go by once the cluster has formed. A value.
 *
 * @param clusterId the cluster's name for life
 * @param replicas how many nodes should hold a placement group
 * @param members the nodes
 * @param map which of them hold which groups
 * @param target where groups are on their way to, or null where nothing moves
 * @param upgrade what the program is being brought to, or null where that is not under way
 */
public record Topology(
        String clusterId,
        int replicas,
        ClusterMap members,
        SlotMap map,
        @Nullable Target target,
        @Nullable Upgrade upgrade) {
    public Topology {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1 or more)");
        }
    }

    /** One in which nothing moves and no upgrade runs. */
    public Topology(String clusterId, int replicas, ClusterMap members, SlotMap map) {
        this(clusterId, replicas, members, map, null, null);
    }

    /** The ids of the nodes, in their order. */
    public List<NodeId> nodes() {
        return members.members().stream().map(ClusterMap.Member::id).toList();
    }

    /** The same with other nodes. */
    public Topology with(ClusterMap newMembers) {
        return new Topology(clusterId, replicas, newMembers, map, target, upgrade);
    }

    /** The same with other nodes holding groups. */
    public Topology with(SlotMap newMap) {
        return new Topology(clusterId, replicas, members, newMap, target, upgrade);
    }

    /** The same on the way there, or nowhere. */
    public Topology towards(@Nullable Target newTarget) {
        return new Topology(clusterId, replicas, members, map, newTarget, upgrade);
    }

    /** The same while the program is brought to another version, or is not. */
    public Topology during(@Nullable Upgrade newUpgrade) {
        return new Topology(clusterId, replicas, members, map, target, newUpgrade);
    }
}
