package dev.skerry.cluster.topology;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.ClusterMap.State;
import dev.skerry.cluster.placement.Topology;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A node's request to be one of a cluster.
 *
 * @param node who it is
 * @param address where the others reach it
 * @param zone what it shares with others that fail along with it
 * @param weight how much it takes beside the others
 * @param slots how many its data folder was made for
 * @param takeOver whether it takes over its id from a node elsewhere that is down
 */
public record Admission(String node, String address, String zone, int weight, int slots, boolean takeOver) {
    /** The most nodes a cluster may have: each takes part in the catalog's log. */
    public static final int MAX_NODES = 16;

    /** What a cluster says to it. */
    public sealed interface Answer {
        /**
         * The node is one of it.
         *
         * @param topology as text, the node among its members
         */
        record Admitted(String topology) implements Answer {}

        /** The node may not be one of it, whomever it asks. */
        record Refused(String reason) implements Answer {}

        /** Who was asked cannot say at present. */
        record Later(String reason) implements Answer {}
    }

    /** The member it would be. */
    public Member member() {
        return new Member(new NodeId(node), address, zone, weight);
    }

    /** Whether its id is that of a node elsewhere. */
    public boolean isElsewhere(Topology topology) {
        return topology.members()
                .member(new NodeId(node))
                .filter(member -> !member.address().equals(address))
                .isPresent();
    }

    /**
     * Why the node may not be one of the cluster. One that is already, where it was, may. Whether it may take over an
     * id that nobody here hears of, {@link TakeOver} says besides.
     *
     * @param up whether a node answers
     */
    public Optional<String> refusal(Topology topology, Predicate<NodeId> up) {
        int clusterSlots = topology.map().groups().slots();
        if (slots != clusterSlots) {
            return Optional.of("storage.slots: " + slots + " (expected: " + clusterSlots
                    + ", as in the whole cluster; the data folder is to be made anew)");
        }
        for (Member other : topology.members().members()) {
            boolean same = other.id().value().equals(node);
            if (same && !other.address().equals(address) && up.test(other.id())) {
                return Optional.of("node id " + node + ": is the node at " + other.address()
                        + ", which is alive (expected: another id)");
            }
            if (same && !other.address().equals(address) && !takeOver) {
                return Optional.of("node id " + node + ": is the node at " + other.address()
                        + ", which does not answer (expected: another id; or --take-over, if that machine is gone for"
                        + " good and this one is to be that node; or that it is taken out first: skerry cluster"
                        + " remove-node " + node + ")");
            }
            if (same && other.state() == State.LEAVING) {
                return Optional.of("node " + node + ": is about to leave the cluster (expected: that it has left)");
            }
            if (!same && other.address().equals(address)) {
                return Optional.of("address " + address + ": is that of node "
                        + other.id().value() + " (expected: one of its own)");
            }
        }
        boolean known = topology.members().member(new NodeId(node)).isPresent();
        if (!known && topology.upgrade() != null) {
            return Optional.of("node " + node + ": is new, while the nodes are upgraded (expected: that this is over:"
                    + " skerry cluster upgrade finish)");
        }
        if (!known && topology.nodes().size() >= MAX_NODES) {
            return Optional.of(
                    "the cluster has " + topology.nodes().size() + " nodes (expected: at most " + MAX_NODES + ")");
        }
        return Optional.empty();
    }

    /** The topology with the node in it; what it holds, it does in place of the machine before. */
    public Topology admit(Topology topology) {
        Member before = topology.members().member(new NodeId(node)).orElse(null);
        if (before != null && before.address().equals(address)) {
            return topology;
        }
        return topology.with(topology.members().with(before == null ? member() : before.takenOver(address, zone)));
    }
}
