package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where this node reaches the others; another node may reach them elsewhere. May change while calls are made: those
 * that follow go to the new place. Safe for many threads.
 */
public final class PeerAddresses {
    private final Map<NodeId, Address> addresses = new ConcurrentHashMap<>();

    /** A host and a port of it. */
    public record Address(String host, int port) {
        private static final int MAX_PORT = 65_535;

        public Address {
            if (host.isEmpty() || port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "address: " + host + ":" + port + " (expected: a host, and a port of 1 to " + MAX_PORT + ")");
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** Says where a node is from now on. */
    public void put(NodeId node, Address address) {
        addresses.put(node, address);
    }

    /** Says where a node is of which nobody said so yet. */
    public void putIfAbsent(NodeId node, Address address) {
        addresses.putIfAbsent(node, address);
    }

    /** Forgets where a node is; one that is not known is no failure. */
    public void remove(NodeId node) {
        addresses.remove(node);
    }

    /** Where a node is, if that is known. */
    public Optional<Address> of(NodeId node) {
        return Optional.ofNullable(addresses.get(node));
    }

    /** The nodes whose addresses are known. */
    public Set<NodeId> nodes() {
        return Set.copyOf(addresses.keySet());
    }
}
