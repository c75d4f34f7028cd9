package dev.skerry.blob.placement;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import java.util.List;

/** Decides where a path lives. Pure: the same path and map, the same answer, on every node and in every JVM. */
public interface PlacementPolicy {
    /** Where {@code path} lives. */
    Placement computePlacement(BlobPath path);

    /** The group a slot belongs to. */
    PlacementGroup groupOf(SlotId slot);

    /** The nodes that hold a group, the primary first. */
    List<NodeId> nodesForGroup(PlacementGroup group);

    /**
     * Where a path lives.
     *
     * @param group whose log its commands go through
     * @param slot the unit of storage in that group
     * @param primary the node that coordinates by preference
     * @param replicas the other nodes that hold it
     */
    record Placement(PlacementGroup group, SlotId slot, NodeId primary, List<NodeId> replicas) {
        public Placement {
            replicas = List.copyOf(replicas);
        }
    }

    /** A node's name for life. */
    record NodeId(String value) {
        public NodeId {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("node id: empty (expected: a name)");
            }
        }
    }
}
