package dev.skerry.blob.placement;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import java.util.List;

/** Everything in group 0, on this node alone. */
public final class SingleNodePlacement implements PlacementPolicy {
    private final NodeId local;
    private final SlotHash slotHash;

    /** Placement on {@code local} over the slots of {@code slotHash}. */
    public SingleNodePlacement(NodeId local, SlotHash slotHash) {
        this.local = local;
        this.slotHash = slotHash;
    }

    @Override
    public Placement computePlacement(BlobPath path) {
        return new Placement(PlacementGroup.ZERO, slotHash.slotOf(path), local, List.of());
    }

    @Override
    public PlacementGroup groupOf(SlotId slot) {
        return PlacementGroup.ZERO;
    }

    @Override
    public List<NodeId> nodesForGroup(PlacementGroup group) {
        if (!group.equals(PlacementGroup.ZERO)) {
            throw new IllegalArgumentException("placement group: " + group.value() + " (expected: 0 on a single node)");
        }
        return List.of(local);
    }
}
