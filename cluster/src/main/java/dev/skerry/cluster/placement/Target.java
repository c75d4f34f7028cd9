package dev.skerry.cluster.placement;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where the groups of a cluster are on their way to. It is decided once, when somebody asks for it, and kept until they
 * are there: what is shown before is what is done. A value.
 *
 * @param replicas of each group in its order, the one that shall lead first
 * @param steps how many there were when it was decided
 */
public record Target(List<List<NodeId>> replicas, int steps) {
    public Target {
        replicas = replicas.stream().map(List::copyOf).toList();
        if (replicas.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("target: " + replicas + " (expected: a node or more for each group)");
        }
    }

    /** Where placement wants the groups of a cluster, over the members that take a share. */
    public static Target of(Topology topology) {
        Groups groups = topology.map().groups();
        SlotMap placed = SlotMap.pin(groups, new CrushPlacement(topology.members(), groups, topology.replicas()));
        SlotMap wanted = topology.map().logs() == SlotMap.Logs.COMMON ? placed.withCommonLog() : placed;
        Target target = new Target(
                wanted.assignments().stream().map(Assignment::replicas).toList(), 0);
        return new Target(
                target.replicas, target.plan(topology.map(), Set.of()).steps().size());
    }

    /** What is left to be done. */
    public RebalancePlan plan(SlotMap are, Set<NodeId> down) {
        return RebalancePlan.of(are, new SlotMapPlacement(are.groups(), () -> asMap(are.groups())), down);
    }

    /** Whether groups that share a log go different ways from now on, so that each needs its own before. */
    public boolean splits(SlotMap are) {
        return are.logs() == SlotMap.Logs.COMMON && !replicas.stream().allMatch(replicas.getFirst()::equals);
    }

    /** Groups that are where they should be, but which another node should lead. */
    public List<PlacementGroup> toBeLed(SlotMap are) {
        List<PlacementGroup> others = new ArrayList<>();
        for (Assignment each : are.assignments()) {
            NodeId wanted = replicas.get(each.group().value()).getFirst();
            if (!each.replicas().getFirst().equals(wanted) && each.replicas().contains(wanted)) {
                others.add(each.group());
            }
        }
        return others;
    }

    /** Who shall lead a group. */
    public NodeId leader(PlacementGroup group) {
        return replicas.get(group.value()).getFirst();
    }

    private SlotMap asMap(Groups groups) {
        return new SlotMap(
                1,
                groups,
                groups.all().stream()
                        .map(group -> new Assignment(group, replicas.get(group.value()), List.of(), 1))
                        .toList());
    }
}
