package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * By what nodes know each other: a secret, certificates, or both, of which each is then required.
 *
 * @param secret that all of them know, or null
 * @param certificates that each has one of, or null
 * @param anybody a name under which any node may answer, because who asks knows none by its own; or null
 */
public record PeerProof(
        @Nullable ClusterSecret secret,
        @Nullable NodeCertificates certificates,
        @Nullable NodeId anybody) {
    public PeerProof {
        if (secret == null && certificates == null) {
            throw new IllegalArgumentException("proof between nodes: none (expected: a secret, certificates or both)");
        }
    }

    /** By a secret alone. */
    public static PeerProof of(ClusterSecret secret) {
        return new PeerProof(secret, null, null);
    }

    /**
     * Whether short calls to a node share a stream. Not where certificates are looked at for each call, nor where it is
     * not known which node answers: only the call's own path says there whom it is for.
     */
    boolean allowsStreams() {
        return certificates == null && anybody == null;
    }

    /** Judges what others send to {@code self}. */
    RequestCheck check(PeerIdentity self, PeerSettings settings, HttpNodeCalls.Ports ports) {
        RequestCheck words = secret == null
                ? new ClaimCheck(self, settings.clockTolerance(), ports.clock())
                : new ProofCheck(secret, self, settings.clockTolerance(), ports.clock(), ports.random());
        return certificates == null ? words : new CertificateCheck(certificates, words);
    }

    /** Proves what {@code self} sends to a node. */
    Prover prover(PeerIdentity self, NodeId node, HttpNodeCalls.Ports ports) {
        return secret == null
                ? new Prover.ByClaims(self, node)
                : new Prover.BySession(self, node, new Sessions(secret, self, node, ports.random()));
    }
}
