package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;

/**
 * What a node tells the others of itself.
 *
 * @param address where they reach it
 * @param zone what it shares with others that fail along with it
 * @param weight how much it takes beside the others
 */
public record NodeRecord(NodeId id, String address, String zone, int weight) {
    public NodeRecord {
        if (address.isEmpty()) {
            throw new IllegalArgumentException("address of " + id.value() + ": empty (expected: HOST:PORT)");
        }
        if (weight < 0) {
            throw new IllegalArgumentException("weight of " + id.value() + ": " + weight + " (expected: 0 or more)");
        }
    }
}
