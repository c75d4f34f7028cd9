package dev.skerry.server;

import dev.skerry.blob.SlotId;
import dev.skerry.cluster.placement.Topology;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node wrote alone, the others have not, and no log says it to them. So it becomes the cluster's only node
 * first, whose databases others fetch; in any other way it is refused.
 *
 * @param withoutLogs whether the node has no log that it shares with others
 */
record Growth(NodeFolder node, Databases databases, boolean withoutLogs) {
    private static final Logger log = LoggerFactory.getLogger(Growth.class);

    /**
     * Looks at what is there before the node becomes part of a cluster of that topology.
     *
     * @throws StartException if it cannot, with this data
     */
    void become(Topology now) {
        if (now.nodes().size() > 1) {
            refuseData();
        } else if (withoutLogs) {
            grow(now);
        }
    }

    /**
     * Refuses what this node wrote alone.
     *
     * @throws StartException if there is anything
     */
    void refuseData() {
        if (withoutLogs && isUsed()) {
            throw new StartException("data folder " + node.first()
                    + (node.formed()
                            ? ": has lost its logs (expected: an empty folder, with which this node fetches what it had"
                                    + " from the others)"
                            : ": has what this node wrote alone (expected: an empty folder; or, for this node to be the"
                                    + " one that brings the data, neither cluster.join nor other nodes in"
                                    + " cluster.initial_cluster.nodes: the others join it, with empty folders)"));
        }
    }

    private void grow(Topology now) {
        Set<SlotId> quarantined = databases.metadata().quarantined().keySet();
        if (!quarantined.isEmpty()) {
            throw new StartException(
                    "data folder " + node.first() + ": slots " + quarantined
                            + " are quarantined (expected: none before a node with data becomes a cluster; see skerry salvage)");
        }
        if (!node.formed() && isUsed()) {
            log.warn(
                    "this node's data becomes that of the cluster, and the node is part of it for life: it starts no"
                            + " more without the section cluster node={} cluster={}",
                    node.nodeId(),
                    now.clusterId());
        }
    }

    private boolean isUsed() {
        return databases.catalog().lastSequence() > 0
                || databases.catalog().rootCredentials() != null
                || databases.metadata().slots().stream()
                        .filter(slot -> !databases.metadata().quarantined().containsKey(slot))
                        .anyMatch(slot -> databases.metadata().lastSequence(slot) > 0);
    }
}
