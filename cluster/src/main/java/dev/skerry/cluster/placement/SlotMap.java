package dev.skerry.cluster.placement;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Which nodes hold each placement group. Placement says it once, when the cluster forms; from then on it is pinned
 * here, and changes by one replica at a time. A value: each change is another map, with a higher epoch for the group.
 *
 * @param version raised by every change, from 1
 * @param assignments one for each group, in their order
 */
public record SlotMap(long version, Groups groups, List<Assignment> assignments) {
    public SlotMap {
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: 1 or more)");
        }
        assignments = List.copyOf(assignments);
        List<PlacementGroup> named = assignments.stream().map(Assignment::group).toList();
        if (!named.equals(groups.all())) {
            throw new IllegalArgumentException("assignments: " + named + " (expected: " + groups.all() + ")");
        }
    }

    /**
     * The nodes of a group.
     *
     * @param replicas those that vote in its log, the one that leads by preference first
     * @param learners those that are being filled and do not vote yet
     * @param epoch raised by every change of the group, from 1
     */
    public record Assignment(PlacementGroup group, List<NodeId> replicas, List<NodeId> learners, long epoch) {
        public Assignment {
            replicas = List.copyOf(replicas);
            learners = List.copyOf(learners);
            if (replicas.isEmpty()) {
                throw new IllegalArgumentException(
                        "replicas of group " + group.value() + ": none (expected: one or more)");
            }
            if (epoch < 1) {
                throw new IllegalArgumentException("epoch: " + epoch + " (expected: 1 or more)");
            }
            HashSet<NodeId> nodes = new HashSet<>(replicas);
            nodes.addAll(learners);
            if (nodes.size() != replicas.size() + learners.size()) {
                throw new IllegalArgumentException("nodes of group " + group.value() + ": " + replicas + " and "
                        + learners + " (expected: each once)");
            }
        }

        /** How many replicas must agree. */
        public int quorum() {
            return replicas.size() / 2 + 1;
        }
    }

    /**
     * Pins what a placement says. Of the replicas of a group the one comes first that leads the fewest groups yet: with
     * as many groups as nodes each leads one, which straws alone would not see to.
     */
    public static SlotMap pin(Groups groups, PlacementPolicy placement) {
        Map<NodeId, Integer> leading = new HashMap<>();
        List<Assignment> assignments = new ArrayList<>();
        for (PlacementGroup group : groups.all()) {
            List<NodeId> replicas = new ArrayList<>(placement.nodesForGroup(group));
            NodeId first = replicas.stream()
                    .min(Comparator.comparingInt(node -> leading.getOrDefault(node, 0)))
                    .orElseThrow();
            leading.merge(first, 1, Integer::sum);
            replicas.remove(first);
            replicas.addFirst(first);
            assignments.add(new Assignment(group, replicas, List.of(), 1));
        }
        return new SlotMap(1, groups, assignments);
    }

    /** The nodes of a group. */
    public Assignment of(PlacementGroup group) {
        groups.check(group);
        return assignments.get(group.value());
    }

    /** The groups a node holds, or is being filled with. */
    public List<PlacementGroup> groupsOn(NodeId node) {
        return assignments.stream()
                .filter(each ->
                        each.replicas().contains(node) || each.learners().contains(node))
                .map(Assignment::group)
                .toList();
    }

    /** The map in which a node begins to be filled with a group. */
    public SlotMap learning(PlacementGroup group, NodeId node) {
        Assignment old = of(group);
        List<NodeId> learners = new ArrayList<>(old.learners());
        learners.add(node);
        return with(group, old.replicas(), learners);
    }

    /** The map in which a node votes that was being filled. */
    public SlotMap voting(PlacementGroup group, NodeId node) {
        Assignment old = of(group);
        List<NodeId> learners = new ArrayList<>(old.learners());
        if (!learners.remove(node)) {
            throw new IllegalArgumentException("node " + node.value() + ": no learner of group " + group.value()
                    + " (expected: " + learners + ")");
        }
        List<NodeId> replicas = new ArrayList<>(old.replicas());
        replicas.add(node);
        return with(group, replicas, learners);
    }

    /** The map in which one of its replicas leads a group by preference. */
    public SlotMap led(PlacementGroup group, NodeId node) {
        Assignment old = of(group);
        List<NodeId> replicas = new ArrayList<>(old.replicas());
        if (!replicas.remove(node)) {
            throw new IllegalArgumentException("node " + node.value() + ": no replica of group " + group.value()
                    + " (expected: " + replicas + ")");
        }
        replicas.addFirst(node);
        return with(group, replicas, old.learners());
    }

    /** The map in which a node has left a group, whether it voted or not. */
    public SlotMap without(PlacementGroup group, NodeId node) {
        Assignment old = of(group);
        List<NodeId> replicas = new ArrayList<>(old.replicas());
        List<NodeId> learners = new ArrayList<>(old.learners());
        if (!replicas.remove(node) && !learners.remove(node)) {
            throw new IllegalArgumentException("node " + node.value() + ": not of group " + group.value());
        }
        return with(group, replicas, learners);
    }

    private SlotMap with(PlacementGroup group, List<NodeId> replicas, List<NodeId> learners) {
        List<Assignment> changed = new ArrayList<>(assignments);
        changed.set(
                group.value(),
                new Assignment(group, replicas, learners, of(group).epoch() + 1));
        return new SlotMap(version + 1, groups, changed);
    }
}
