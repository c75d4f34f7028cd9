package dev.skerry.cluster.topology;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.parts.SlotNodes;
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which nodes hold a slot's bytes, as the topology has it at each moment: those that vote and those that are being
 * filled, so that what is written meanwhile need not be copied. Safe for many threads; does not block.
 */
public final class PlacedSlots implements SlotNodes {
    private final NodeId self;
    private final Supplier<Topology> topology;
    private volatile Known known;

    /** By group. */
    private record Known(long version, List<List<NodeId>> nodes) {}

    /** As {@code self} sees it. */
    public PlacedSlots(NodeId self, Supplier<Topology> topology) {
        this.self = self;
        this.topology = topology;
        this.known = known(topology.get().map());
    }

    private Known known(SlotMap map) {
        return new Known(
                map.version(),
                map.assignments().stream()
                        .map(each -> Stream.concat(each.replicas().stream(), each.learners().stream())
                                .sorted(Comparator.comparing(node -> !node.equals(self)))
                                .toList())
                        .toList());
    }

    @Override
    public List<NodeId> of(SlotId slot) {
        SlotMap map = topology.get().map();
        Known now = known;
        if (now.version != map.version()) {
            now = known(map);
            known = now;
        }
        return now.nodes.get(map.groups().of(slot).value());
    }

    /** The nodes that vote in the log of the slot's group. */
    public List<NodeId> voting(SlotId slot) {
        SlotMap map = topology.get().map();
        return map.of(map.groups().of(slot)).replicas();
    }

    /** Whether this node does: it has all of the slot's rows. */
    public boolean votes(SlotId slot) {
        return voting(slot).contains(self);
    }

    /** Whether this node is to have the slot's bytes. */
    public boolean here(SlotId slot) {
        return of(slot).contains(self);
    }
}
