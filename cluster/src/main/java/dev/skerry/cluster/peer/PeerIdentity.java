package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.regex.Pattern;

/**
 * Who a node is to its peers.
 *
 * @param clusterId the same on all nodes of a cluster; nodes of another are refused
 * @param node this node
 */
public record PeerIdentity(String clusterId, NodeId node) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    public PeerIdentity {
        requireName("cluster id", clusterId);
        requireName("node id", node.value());
    }

    /** Whether it can stand in a header as it is. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static void requireName(String what, String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException(
                    what + ": " + text + " (expected: 1 to 128 letters, digits, dots, colons, dashes or underscores)");
        }
    }
}
