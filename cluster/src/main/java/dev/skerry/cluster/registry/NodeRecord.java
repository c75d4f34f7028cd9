package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;

/**
 * What a node tells the others of itself.
 *
 * @param address where they reach it
 * @param zone what it shares with others that fail along with it
 * @param weight how much it takes beside the others
 * @param clusterId the id of the cluster that it is one of; empty while it looks for one
 */
public record NodeRecord(NodeId id, String address, String zone, int weight, String clusterId) {
    public NodeRecord {
        if (address.isEmpty()) {
            throw new IllegalArgumentException("address of " + id.value() + ": empty (expected: HOST:PORT)");
        }
        if (weight < 0) {
            throw new IllegalArgumentException("weight of " + id.value() + ": " + weight + " (expected: 0 or more)");
        }
    }

    /** A node that looks for a cluster. */
    public NodeRecord(NodeId id, String address, String zone, int weight) {
        this(id, address, zone, weight, "");
    }

    /** Whether it is one of a cluster, so that it may know more than the registry. */
    public boolean inCluster() {
        return !clusterId.isEmpty();
    }
}
