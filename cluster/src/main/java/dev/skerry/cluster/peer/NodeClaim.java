package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Optional;

/**
 * What a request between nodes says of itself where certificates alone prove it: who sends it to whom, and when. It is
 * worth what the certificate of its connection is worth; TLS keeps it, its body and the answer from being changed, said
 * again, or said elsewhere.
 *
 * @param caller who sends it
 * @param called whom it is for
 * @param timeMillis when it was made, by the sender's clock
 */
record NodeClaim(PeerIdentity caller, NodeId called, long timeMillis) {
    private static final String VERSION = "2";
    private static final int FIELDS = 5;
    private static final int MAX_CHARACTERS = 512;

    /** The header's value. */
    String header() {
        return String.join(
                " ", VERSION, caller.clusterId(), caller.node().value(), called.value(), Long.toString(timeMillis));
    }

    /** What its answer says in that header. */
    String answer() {
        return String.join(" ", VERSION, caller.clusterId(), called.value());
    }

    /** Reads a header's value; empty where it has another form. */
    static Optional<NodeClaim> parse(String header) {
        String[] fields = header.length() > MAX_CHARACTERS ? new String[0] : header.split(" ", FIELDS + 1);
        if (fields.length != FIELDS || !fields[0].equals(VERSION) || !PeerIdentity.isName(fields[3])) {
            return Optional.empty();
        }
        try {
            return Optional.of(new NodeClaim(
                    new PeerIdentity(fields[1], new NodeId(fields[2])),
                    new NodeId(fields[3]),
                    Long.parseLong(fields[4])));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
