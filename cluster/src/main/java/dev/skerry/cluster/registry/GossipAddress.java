package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.PeerAddresses;
import java.util.Optional;

/**
 * Who gossips, and where others reach it: {@code id@host:port}. The id says who proves itself there; a node that knows
 * another place for that id goes to that.
 */
public record GossipAddress(NodeId node, PeerAddresses.Address place) {
    /** Reads {@code id@host:port}, of which the host is in brackets where it has colons; empty where it is none. */
    static Optional<GossipAddress> parse(String text) {
        int at = text.indexOf('@');
        int colon = text.lastIndexOf(':');
        if (at < 1 || colon < at) {
            return Optional.empty();
        }
        String host = text.substring(at + 1, colon);
        String port = text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!port.matches("\\d{1,5}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new GossipAddress(
                    new NodeId(text.substring(0, at)), new PeerAddresses.Address(host, Integer.parseInt(port))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return node.value() + "@" + place;
    }
}
