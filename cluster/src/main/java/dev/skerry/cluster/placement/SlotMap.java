package dev.skerry.cluster.placement;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Which nodes hold each placement group. Placement says it once, when the cluster forms; from then on it is pinned
 * here, and changes by one replica at a time. A value: each change is another map, with a higher epoch for the group.
 * Groups that share a log change together.
 *
 * @param version raised by every change, from 1
 * @param assignments one for each group, in their order; all of the same nodes as long as they share a log
 * @param logs by which logs the groups are changed
 */
public record SlotMap(long version, Groups groups, List<Assignment> assignments, Logs logs) {
    public SlotMap {
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " (expected: 1 or more)");
        }
        assignments = List.copyOf(assignments);
        List<PlacementGroup> named = assignments.stream().map(Assignment::group).toList();
        if (!named.equals(groups.all())) {
            throw new IllegalArgumentException("assignments: " + named + " (expected: " + groups.all() + ")");
        }
        if (logs == Logs.COMMON && !areAlike(assignments)) {
            throw new IllegalArgumentException(
                    "assignments: " + assignments + " (expected: the same nodes for all, which share a log)");
        }
    }

    /** One in which each group has a log of its own. */
    public SlotMap(long version, Groups groups, List<Assignment> assignments) {
        this(version, groups, assignments, Logs.OWN);
    }

    /** By which logs groups are changed; it goes from the first to the last and never back. */
    public enum Logs {
        /** All by one, as long as all are on the same nodes. */
        COMMON,
        /** That one is to end, or has ended, and not all nodes have gone on to the groups' own. */
        SPLITTING,
        /** Each by its own. */
        OWN
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

    /**
     * The same map of a cluster that begins with one log for all groups, where all are on the same nodes and are more
     * than one; else this one.
     */
    public SlotMap withCommonLog() {
        List<Assignment> alike = assignments.stream()
                .map(each -> new Assignment(each.group(), assignments.getFirst().replicas(), List.of(), each.epoch()))
                .toList();
        boolean same = assignments.stream()
                .allMatch(each -> each.learners().isEmpty()
                        && new HashSet<>(each.replicas())
                                .equals(new HashSet<>(alike.getFirst().replicas())));
        return same && assignments.size() > 1 ? new SlotMap(version, groups, alike, Logs.COMMON) : this;
    }

    /** The map in which the log of all groups is to end, or has ended. */
    public SlotMap splitting() {
        return new SlotMap(
                version + 1,
                groups,
                assignments.stream()
                        .map(each -> new Assignment(each.group(), each.replicas(), each.learners(), each.epoch() + 1))
                        .toList(),
                Logs.SPLITTING);
    }

    /** The map in which each group has a log of its own; they are led by one node each, as far as that goes. */
    public SlotMap split() {
        List<Assignment> apart = assignments.stream()
                .map(each -> new Assignment(
                        each.group(), ledInTurn(each.replicas(), each.group()), each.learners(), each.epoch() + 1))
                .toList();
        return new SlotMap(version + 1, groups, apart, Logs.OWN);
    }

    /** The nodes that shared a log, in the order in which they keep a group's own at first. */
    public static List<NodeId> ledInTurn(List<NodeId> nodes, PlacementGroup group) {
        List<NodeId> turned = new ArrayList<>(nodes);
        Collections.rotate(turned, -group.value());
        return turned;
    }

    private static boolean areAlike(List<Assignment> assignments) {
        Assignment first = assignments.getFirst();
        return assignments.stream()
                .allMatch(each -> each.replicas().equals(first.replicas())
                        && each.learners().equals(first.learners()));
    }

    /** One group for each log: the first of those that share one. */
    public List<Assignment> eachLog() {
        return logs == Logs.COMMON ? assignments.subList(0, 1) : assignments;
    }

    /** The groups that change together with a group, which is one of them. */
    public List<PlacementGroup> sharing(PlacementGroup group) {
        groups.check(group);
        return logs == Logs.COMMON ? groups.all() : List.of(group);
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
        for (PlacementGroup each : sharing(group)) {
            changed.set(each.value(), new Assignment(each, replicas, learners, of(each).epoch() + 1));
        }
        return new SlotMap(version + 1, groups, changed, logs);
    }
}
