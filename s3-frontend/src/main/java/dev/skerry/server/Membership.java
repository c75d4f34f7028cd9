package dev.skerry.server;

import dev.skerry.config.ClusterSettings;
import dev.skerry.server.NodeFolder.Description;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who the configuration says this node is, held against what its data folder says. A node that took another's place
 * unasked could tell the others that it holds what it does not.
 *
 * @param cluster the cluster it is configured for, or null for a single node
 */
record Membership(@Nullable ClusterSettings cluster) {
    static final Membership SINGLE = new Membership(null);

    /**
     * The id of a node whose folder is new.
     *
     * @throws StartException if the configuration leaves open which of the listed nodes it is
     */
    String newNodeId(Supplier<String> names) {
        if (cluster == null) {
            return names.get();
        }
        if (cluster.nodeId() != null) {
            return cluster.nodeId();
        }
        if (cluster.nodes().isEmpty()) {
            return names.get();
        }
        throw new StartException(
                "cluster.node_id: missing (expected: which of cluster.initial_cluster.nodes this is, as"
                        + " its data folder is new)");
    }

    /** The id of a node whose folder says this: until it is part of a cluster nobody knows it by that. */
    String nodeId(Description found) {
        return cluster == null || cluster.nodeId() == null || found.formed() ? found.nodeId() : cluster.nodeId();
    }

    /**
     * Checks what a folder says.
     *
     * @throws StartException if it is not the node that is configured
     */
    void check(Path folder, Description found) {
        if (cluster == null) {
            if (found.formed()) {
                throw new StartException("data folder " + folder + ": belongs to node " + found.nodeId()
                        + " of the cluster " + found.clusterId()
                        + " (expected: the section cluster in the configuration, with cluster.node_id: "
                        + found.nodeId() + "; alone it would write what the others do not know of)");
            }
            return;
        }
        String nodeId = nodeId(found);
        if (cluster.nodeId() != null && !cluster.nodeId().equals(nodeId)) {
            throw new StartException("cluster.node_id: " + cluster.nodeId() + " (expected: " + nodeId
                    + ", whose data folder " + folder + " is; the id of a cluster's node is for life)");
        }
        if (!cluster.nodes().isEmpty() && cluster.node(nodeId).isEmpty()) {
            throw new StartException("cluster.initial_cluster.nodes: without " + nodeId
                    + " (expected: this node among them, whose data folder " + folder + " is)");
        }
    }
}
