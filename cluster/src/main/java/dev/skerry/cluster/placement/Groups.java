package dev.skerry.cluster.placement;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.PlacementPolicy.Placement;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How slots are spread over placement groups: slot modulo groups. Both numbers are fixed when the cluster forms.
 *
 * @param slots how many slots there are
 * @param count how many groups
 */
public record Groups(int slots, int count) {
    public Groups {
        if (slots < 1) {
            throw new IllegalArgumentException("slots: " + slots + " (expected: 1 or more)");
        }
        if (count < 1 || count > slots) {
            throw new IllegalArgumentException("groups: " + count + " (expected: 1.." + slots + ")");
        }
    }

    /** The group of a slot. */
    public PlacementGroup of(SlotId slot) {
        if (slot.value() >= slots) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: 0.." + (slots - 1) + ")");
        }
        return new PlacementGroup(slot.value() % count);
    }

    /** The slots of a group, the lowest first. */
    public List<SlotId> slotsOf(PlacementGroup group) {
        check(group);
        return IntStream.iterate(group.value(), slot -> slot < slots, slot -> slot + count)
                .mapToObj(SlotId::new)
                .toList();
    }

    /** Every group, the lowest first. */
    public List<PlacementGroup> all() {
        return IntStream.range(0, count).mapToObj(PlacementGroup::new).toList();
    }

    void check(PlacementGroup group) {
        if (group.value() >= count) {
            throw new IllegalArgumentException(
                    "placement group: " + group.value() + " (expected: 0.." + (count - 1) + ")");
        }
    }

    Placement placement(SlotId slot, List<NodeId> nodes) {
        return new Placement(of(slot), slot, nodes.getFirst(), nodes.subList(1, nodes.size()));
    }
}
