package dev.skerry.cluster.parts;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.List;

/** Which nodes hold a slot. Safe for many threads; does not block. */
@FunctionalInterface
public interface SlotNodes {
    /** The replicas of the slot, this node first if it is one of them, then the others, the nearest first. */
    List<NodeId> of(SlotId slot);
}
