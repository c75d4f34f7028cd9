package dev.skerry.cluster.peer;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Whether what a request claims is meant for this node; who claims it, {@link CertificateCheck} knows. */
final class ClaimCheck implements RequestCheck {
    private final PeerIdentity self;
    private final Duration tolerance;
    private final InstantSource clock;

    ClaimCheck(PeerIdentity self, Duration tolerance, InstantSource clock) {
        this.self = self;
        this.tolerance = tolerance;
        this.clock = clock;
    }

    @Override
    public Verdict judge(@Nullable String header, RequestProof.Line line, @Nullable SSLSession session) {
        if (header == null) {
            return new Verdict.Refused(Refusal.MISSING);
        }
        Optional<NodeClaim> parsed = NodeClaim.parse(header);
        if (parsed.isEmpty()) {
            return new Verdict.Refused(Refusal.MALFORMED);
        }
        NodeClaim claim = parsed.get();
        if (!claim.caller().clusterId().equals(self.clusterId())) {
            return new Verdict.Refused(Refusal.CLUSTER);
        }
        if (!claim.called().equals(self.node())) {
            return new Verdict.Refused(Refusal.NODE);
        }
        Duration apart = Duration.ofMillis(clock.millis()).minusMillis(claim.timeMillis());
        return apart.abs().compareTo(tolerance) > 0
                ? new Verdict.Refused(Refusal.CLOCK)
                : new Verdict.Proved(new Claimed(claim));
    }
}
