package dev.skerry.cluster.peer;

import java.time.Duration;

/**
 * The bounds of what nodes say to each other.
 *
 * @param connectTimeout how long a connection may take to be made
 * @param callTimeout how long a call may wait for something to move on its connection
 * @param transferTimeout the same for a call with much to say or to hear
 * @param callConnections connections to each peer for calls
 * @param transferConnections and for those with much to say or to hear
 * @param waitingCalls of each kind and to each peer, those that may wait for a connection
 * @param maxBodyBytes the longest request or answer
 * @param maxHeldBytes what the requests that are being received may take together
 * @param clockTolerance how far the clocks of two nodes may be apart; a node whose clock is further off is refused, and
 *     refuses the others, until its clock is right again
 * @param overTls whether the nodes' listeners speak TLS. Nobody's certificate is asked for then: what is said proves
 *     itself, and TLS only keeps it from who listens in
 */
public record PeerSettings(
        Duration connectTimeout,
        Duration callTimeout,
        Duration transferTimeout,
        int callConnections,
        int transferConnections,
        int waitingCalls,
        int maxBodyBytes,
        long maxHeldBytes,
        Duration clockTolerance,
        boolean overTls) {
    private static final int MIB = 1024 * 1024;

    /** For a handful of nodes in one network. */
    public static final PeerSettings DEFAULT = new PeerSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            64,
            16,
            1024,
            64 * MIB,
            128L * MIB,
            Duration.ofMinutes(5),
            false);

    public PeerSettings {
        if (connectTimeout.toMillis() < 1 || callTimeout.toMillis() < 1 || transferTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("time limits between nodes: " + connectTimeout + ", " + callTimeout
                    + " and " + transferTimeout + " (expected: a millisecond or more)");
        }
        if (callConnections < 1 || transferConnections < 1 || waitingCalls < 1 || maxBodyBytes < 1) {
            throw new IllegalArgumentException("connections between nodes: " + callConnections + ", "
                    + transferConnections + ", waiting " + waitingCalls + ", bodies of " + maxBodyBytes
                    + " bytes (expected: 1 or more)");
        }
        if (maxHeldBytes < maxBodyBytes) {
            throw new IllegalArgumentException(
                    "held between nodes: " + maxHeldBytes + " bytes (expected: " + maxBodyBytes + " or more)");
        }
        if (clockTolerance.isNegative()) {
            throw new IllegalArgumentException("clock tolerance: " + clockTolerance + " (expected: none below 0)");
        }
    }

    /** The same with other time limits. */
    public PeerSettings withTimeouts(Duration newConnect, Duration newCall, Duration newTransfer) {
        return new PeerSettings(
                newConnect,
                newCall,
                newTransfer,
                callConnections,
                transferConnections,
                waitingCalls,
                maxBodyBytes,
                maxHeldBytes,
                clockTolerance,
                overTls);
    }

    /** The same with clocks that may be further apart, or less. */
    public PeerSettings withClockTolerance(Duration newTolerance) {
        return new PeerSettings(
                connectTimeout,
                callTimeout,
                transferTimeout,
                callConnections,
                transferConnections,
                waitingCalls,
                maxBodyBytes,
                maxHeldBytes,
                newTolerance,
                overTls);
    }

    /** The same with shorter or longer bodies. */
    public PeerSettings withBodies(int newMaxBodyBytes, long newMaxHeldBytes) {
        return new PeerSettings(
                connectTimeout,
                callTimeout,
                transferTimeout,
                callConnections,
                transferConnections,
                waitingCalls,
                newMaxBodyBytes,
                newMaxHeldBytes,
                clockTolerance,
                overTls);
    }

    /** The same where listeners speak TLS, or do not. */
    public PeerSettings withTls(boolean newOverTls) {
        return new PeerSettings(
                connectTimeout,
                callTimeout,
                transferTimeout,
                callConnections,
                transferConnections,
                waitingCalls,
                maxBodyBytes,
                maxHeldBytes,
                clockTolerance,
                newOverTls);
    }
}
