package dev.skerry.cluster.placement;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What must be done, in that order, so that each group is where it should be. Pure: made from two maps and who is down.
 * Whoever carries it out makes it anew after a crash, and goes on from what the slot map says by then.
 *
 * <p>Invariants: every step changes one replica of one group (of all at once where they share a log); a node is added
 * before another goes; at every point more than half of the voting replicas are up; a step for which that does not hold
 * is not planned, and its group is in {@code blocked} with the reason.
 *
 * @param steps in the order they must be done
 * @param blocked groups that cannot be brought where they should be as long as those nodes are down
 */
public record RebalancePlan(List<Step> steps, List<Blocked> blocked) {
    public RebalancePlan {
        steps = List.copyOf(steps);
        blocked = List.copyOf(blocked);
    }

    /** One change. */
    public sealed interface Step {
        /** The group that changes. */
        PlacementGroup group();

        /** The node that comes or goes. */
        NodeId node();
    }

    /** A node is filled, and votes when it is full. */
    public record Add(PlacementGroup group, NodeId node) implements Step {}

    /** A node leaves; its copy can go once the group has committed that. */
    public record Remove(PlacementGroup group, NodeId node) implements Step {}

    /** A group for which nothing more is planned, and why. */
    public record Blocked(PlacementGroup group, String reason) {}

    /**
     * The plan from where replicas are to where they should be.
     *
     * @param should where placement wants them
     * @param down nodes that do not answer
     */
    public static RebalancePlan of(SlotMap are, PlacementPolicy should, Set<NodeId> down) {
        List<Step> steps = new ArrayList<>();
        List<Blocked> blocked = new ArrayList<>();
        for (Assignment from : are.assignments()) {
            new Planning(from, should.nodesForGroup(from.group()), down, steps, blocked).plan();
        }
        return new RebalancePlan(steps, blocked);
    }

    /** Whether everything is where it should be. */
    public boolean done() {
        return steps.isEmpty() && blocked.isEmpty();
    }

    /** One group's part of the plan; holds the voting replicas as they are after the steps so far. */
    private static final class Planning {
        private final PlacementGroup group;
        private final List<NodeId> target;
        private final List<NodeId> learners;
        private final List<NodeId> voting;
        private final Set<NodeId> down;
        private final List<Step> steps;
        private final List<Blocked> blocked;

        Planning(Assignment from, List<NodeId> target, Set<NodeId> down, List<Step> steps, List<Blocked> blocked) {
            this.group = from.group();
            this.target = target;
            this.learners = from.learners();
            this.voting = new ArrayList<>(from.replicas());
            this.down = down;
            this.steps = steps;
            this.blocked = blocked;
        }

        void plan() {
            // whoever is being filled in vain is let go first: it does not vote, so nothing is lost
            learners.stream()
                    .filter(node -> !target.contains(node))
                    .forEach(node -> steps.add(new Remove(group, node)));
            List<NodeId> coming = target.stream()
                    .filter(node -> !voting.contains(node))
                    .sorted(Comparator.comparing((NodeId node) -> !learners.contains(node)))
                    .toList();
            List<NodeId> going = voting.stream()
                    .filter(node -> !target.contains(node))
                    .sorted(Comparator.comparing((NodeId node) -> !down.contains(node)))
                    .toList();
            int longest = Math.max(coming.size(), going.size());
            for (int i = 0; i < longest; i++) {
                if (i < coming.size() && !add(coming.get(i))) {
                    return;
                }
                if (i < going.size() && !remove(going.get(i))) {
                    return;
                }
            }
        }

        private boolean add(NodeId node) {
            if (down.contains(node)) {
                return block("node " + node.value() + " is to take a replica and is down");
            }
            if (!agrees()) {
                return block("more than half of its replicas would have to be up");
            }
            voting.add(node);
            steps.add(new Add(group, node));
            return true;
        }

        private boolean remove(NodeId node) {
            if (!agrees()) {
                return block("more than half of its replicas would have to be up");
            }
            voting.remove(node);
            if (!agrees()) {
                return block("without node " + node.value() + " too few of its replicas are up");
            }
            steps.add(new Remove(group, node));
            return true;
        }

        private boolean agrees() {
            long up = voting.stream().filter(node -> !down.contains(node)).count();
            return 2 * up > voting.size();
        }

        private boolean block(String reason) {
            blocked.add(new Blocked(group, reason));
            return false;
        }
    }
}
