package dev.skerry.cluster.placement;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.SlotHash;
import java.util.List;
import java.util.function.Supplier;

/** Placement as the slot map has it at each moment. */
public final class SlotMapPlacement implements PlacementPolicy {
    private final Supplier<SlotMap> map;
    private final Groups groups;
    private final SlotHash slotHash;

    /**
     * Placement by whatever map is in force.
     *
     * @param map must always be of the same slots and groups; does not block
     */
    public SlotMapPlacement(Groups groups, Supplier<SlotMap> map) {
        this.groups = groups;
        this.map = map;
        this.slotHash = new SlotHash(groups.slots());
    }

    @Override
    public Placement computePlacement(BlobPath path) {
        SlotId slot = slotHash.slotOf(path);
        return groups.placement(slot, nodesForGroup(groups.of(slot)));
    }

    @Override
    public PlacementGroup groupOf(SlotId slot) {
        return groups.of(slot);
    }

    @Override
    public List<NodeId> nodesForGroup(PlacementGroup group) {
        return map.get().of(group).replicas();
    }
}
