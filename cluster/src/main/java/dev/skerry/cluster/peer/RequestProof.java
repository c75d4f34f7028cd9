package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Base64;
import java.util.Optional;

/**
 * What a request between nodes says of itself in its head: who sends it to whom, when, and that both know the secret.
 *
 * @param caller who sends it
 * @param called whom it is for
 * @param timeMillis when it was made, by the sender's clock
 * @param session the number that the sender drew for what it says to that node
 * @param run the number that the other node drew when it started
 * @param number of the request in its session, counted from 0
 * @param tag of its body
 * @param mac over all of it
 */
record RequestProof(
        PeerIdentity caller,
        NodeId called,
        long timeMillis,
        long session,
        long run,
        long number,
        byte[] tag,
        byte[] mac) {
    static final String HEADER = "Skerry-Proof";

    private static final String VERSION = "1";
    private static final int FIELDS = 10;
    private static final int HEX = 16;
    private static final int MAC_BYTES = 32;
    private static final int MAX_CHARACTERS = 1024;

    /** What is to be proved of a request: the line it begins with, and how long its body is. */
    record Line(String method, String target, long bodyBytes) {}

    /** A proof of a request. */
    static RequestProof of(Peers peers, SessionKeys keys, Place place, Line line, byte[] tag) {
        byte[] mac = keys.prove(text(line, place.timeMillis, place.number, tag));
        return new RequestProof(
                peers.caller, peers.called, place.timeMillis, place.session, place.run, place.number, tag, mac);
    }

    /** Who speaks to whom. */
    record Peers(PeerIdentity caller, NodeId called) {}

    /** Where a request stands. */
    record Place(long timeMillis, long session, long run, long number) {}

    /** Whether the keys, which must be of its session, prove it of that request. */
    boolean holds(SessionKeys keys, Line line) {
        return keys.proves(mac, text(line, timeMillis, number, tag));
    }

    /** Cluster, nodes, session and run are in the keys. */
    private static String text(Line line, long timeMillis, long number, byte[] tag) {
        return "request\n" + line.method + "\n" + line.target + "\n" + line.bodyBytes + "\n" + timeMillis + "\n"
                + number + "\n" + encode(tag);
    }

    /** The header's value. */
    String header() {
        return String.join(
                " ",
                VERSION,
                caller.clusterId(),
                caller.node().value(),
                called.value(),
                Long.toString(timeMillis),
                Long.toHexString(session),
                Long.toHexString(run),
                Long.toString(number),
                encode(tag),
                encode(mac));
    }

    /** Reads a header's value; empty where it has another form. */
    static Optional<RequestProof> parse(String header) {
        String[] fields = header.length() > MAX_CHARACTERS ? new String[0] : header.split(" ", FIELDS + 1);
        if (fields.length != FIELDS || !fields[0].equals(VERSION)) {
            return Optional.empty();
        }
        try {
            RequestProof proof = new RequestProof(
                    new PeerIdentity(fields[1], new NodeId(fields[2])),
                    new NodeId(fields[3]),
                    Long.parseLong(fields[4]),
                    Long.parseUnsignedLong(fields[5], HEX),
                    Long.parseUnsignedLong(fields[6], HEX),
                    Long.parseLong(fields[7]),
                    Base64.getUrlDecoder().decode(fields[8]),
                    Base64.getUrlDecoder().decode(fields[9]));
            boolean whole = proof.number >= 0
                    && proof.tag.length == SessionKeys.TAG_BYTES
                    && proof.mac.length == MAC_BYTES
                    && PeerIdentity.isName(fields[3]);
            return whole ? Optional.of(proof) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
