package dev.skerry.cluster.raft;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Which log changes which placement group, as this node knows at each moment: one that all groups share, until it has
 * ended, or the group's own. Who is wrong about it is told better by the log itself: one that has ended does nothing
 * more. Safe for use by many threads; does not block.
 */
final class LogRoutes {
    private final Supplier<Topology> topology;
    private final Groups groups;
    private final RaftGroupId catalog;
    private final RaftGroupId common;
    private final List<RaftGroupId> own;

    /** Who keeps the groups' own logs at first, once this node knows that the common one has ended; else empty. */
    private volatile List<NodeId> heirs = List.of();

    private volatile boolean ended;

    /** Goes by the topology, which is always of the same cluster and groups. */
    LogRoutes(Supplier<Topology> topology) {
        Topology now = topology.get();
        this.topology = topology;
        this.groups = now.map().groups();
        this.catalog = id(now.clusterId(), "catalog");
        this.common = id(now.clusterId(), "common");
        this.own = groups.all().stream()
                .map(group -> id(now.clusterId(), "group-" + group.value()))
                .toList();
    }

    private static RaftGroupId id(String clusterId, String name) {
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes((clusterId + "/" + name).getBytes(StandardCharsets.UTF_8)));
    }

    /** The log of the catalog, which every node keeps; the first leads by preference. */
    RaftMember.Group catalog() {
        return new RaftMember.Group(catalog, topology.get().nodes());
    }

    /** The log that all groups share, as long as they do. */
    RaftMember.Group common() {
        return new RaftMember.Group(common, map().assignments().getFirst().replicas());
    }

    /** A group's own log; as long as the topology here is of before the split, with those who keep it at first. */
    RaftMember.Group own(PlacementGroup group) {
        List<NodeId> first = heirs;
        SlotMap map = map();
        List<NodeId> replicas = map.of(group).replicas();
        if (map.logs() != SlotMap.Logs.OWN) {
            replicas = SlotMap.ledInTurn(first.isEmpty() ? replicas : first, group);
        }
        return new RaftMember.Group(own.get(group.value()), replicas);
    }

    /** The log that changes a group. */
    RaftMember.Group of(PlacementGroup group) {
        return isCommon() ? common() : own(group);
    }

    /** The log that changes a slot. */
    RaftMember.Group of(SlotId slot) {
        return of(groups.of(slot));
    }

    /** Whether all groups share a log. */
    boolean isCommon() {
        return !ended && map().logs() != SlotMap.Logs.OWN;
    }

    /** Somebody has found that the common log has ended. */
    void commonEnded() {
        ended = true;
    }

    /** This node has come to its end. */
    void commonEnded(List<NodeId> keepers) {
        heirs = List.copyOf(keepers);
        ended = true;
    }

    /** Every log there may be. */
    List<RaftGroupId> all() {
        List<RaftGroupId> all = new ArrayList<>(own);
        all.add(common);
        all.add(catalog);
        return all;
    }

    SlotMap map() {
        return topology.get().map();
    }

    Groups groups() {
        return groups;
    }
}
