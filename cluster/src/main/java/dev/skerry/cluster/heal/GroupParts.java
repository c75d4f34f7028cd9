package dev.skerry.cluster.heal;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;

/** Whether a node has every part of a placement group. */
@FunctionalInterface
public interface GroupParts {
    /**
     * Whether it has every part that was referred to when it was first asked under that ticket. It begins to fetch what
     * it lacks by being asked. Blocks for a moment at the most.
     *
     * @return not yet, where it does not answer
     */
    boolean isWhole(NodeId node, PlacementGroup group, String ticket) throws InterruptedException;
}
