package dev.skerry.cluster.topology;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.failure.Liveness;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.Topology;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a machine may take over the id of a node. Two machines of one id would each tell the others that it holds
 * what the other does; so nobody may hear of the one before, and more than half of the other nodes must have it as
 * down. What a node has not noticed yet of an earlier take-over does not count.
 */
public final class TakeOver {
    private TakeOver() {}

    /**
     * Why it may not, at all or not yet.
     *
     * @param id of a node of the topology
     * @param sightings what the other nodes know of it, by their ids; those that did not answer are left out
     */
    public static Optional<Admission.Answer> objection(Topology topology, NodeId id, Map<NodeId, Sighting> sightings) {
        int incarnation = topology.members().incarnation(id);
        int down = 0;
        for (Map.Entry<NodeId, Sighting> each : sightings.entrySet()) {
            Sighting sighting = each.getValue();
            boolean current = sighting.incarnation() == incarnation;
            if (current && sighting.seen() == Liveness.UP) {
                String address =
                        topology.members().member(id).map(Member::address).orElse("");
                return Optional.of(new Admission.Answer.Refused("node id " + id.value() + ": is the node at " + address
                        + ", which is alive, as node " + each.getKey().value() + " hears (expected: another id)"));
            }
            if (current && sighting.seen() == Liveness.DOWN) {
                down++;
            }
        }
        long others = topology.nodes().stream().filter(node -> !node.equals(id)).count();
        return 2L * down > others
                ? Optional.empty()
                : Optional.of(new Admission.Answer.Later("node id " + id.value() + ": of the " + others
                        + " other nodes " + down + " have it as down by now (expected: more than half)"));
    }
}
