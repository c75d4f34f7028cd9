package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Judges by the secret of the cluster who sent a request to this node.
 *
 * <p>A request is taken once. Its proof holds for one run of this node only, whose number is drawn when it starts, and
 * within that for one number of its session; so what was recorded before a restart is worth nothing after it, whatever
 * the clocks say. Sessions are kept for good, as forgetting one would let it be repeated: where there are too many, a
 * new number is drawn and all sessions begin anew. Time is compared besides, so that a node whose clock is far off is
 * told so rather than believed.
 */
final class ProofCheck implements RequestCheck {
    private static final int MAX_SESSIONS = 1024;

    private final ClusterSecret secret;
    private final PeerIdentity self;
    private final Duration tolerance;
    private final InstantSource clock;
    private final RandomGenerator random;

    // Guarded by this.
    private final Map<Caller, Session> sessions = new HashMap<>();
    private long run;

    private record Caller(NodeId node, long session) {}

    private record Session(SessionKeys keys, ReplayWindow window) {}

    ProofCheck(
            ClusterSecret secret, PeerIdentity self, Duration tolerance, InstantSource clock, RandomGenerator random) {
        this.secret = secret;
        this.self = self;
        this.tolerance = tolerance;
        this.clock = clock;
        this.random = random;
        this.run = drawRun();
    }

    @Override
    public Verdict judge(@Nullable String header, RequestProof.Line line, @Nullable SSLSession session) {
        if (header == null) {
            return new Verdict.Refused(Refusal.MISSING);
        }
        Optional<RequestProof> parsed = RequestProof.parse(header);
        if (parsed.isEmpty()) {
            return new Verdict.Refused(Refusal.MALFORMED);
        }
        RequestProof proof = parsed.get();
        if (!proof.caller().clusterId().equals(self.clusterId())) {
            return new Verdict.Refused(Refusal.CLUSTER);
        }
        if (!proof.called().equals(self.node())) {
            return new Verdict.Refused(Refusal.NODE);
        }
        long now = run();
        return proof.run() == now ? judgeOfRun(proof, line) : judgeOfOther(proof, line, now);
    }

    private Verdict judgeOfRun(RequestProof proof, RequestProof.Line line) {
        Caller caller = new Caller(proof.caller().node(), proof.session());
        Session known = known(caller);
        SessionKeys keys = known == null ? keys(proof, proof.run()) : known.keys;
        if (!proof.holds(keys, line)) {
            return new Verdict.Refused(Refusal.SECRET);
        }
        if (Math.abs(clock.millis() - proof.timeMillis()) > tolerance.toMillis()) {
            return new Verdict.Refused(Refusal.CLOCK);
        }
        Session session = known == null ? remember(caller, keys, proof.run()) : known;
        if (session == null) {
            long next = run();
            return new Verdict.OtherRun(new Keyed(proof, keys(proof, next), next));
        }
        return session.window.first(proof.number())
                ? new Verdict.Proved(new Keyed(proof, keys, proof.run()))
                : new Verdict.Refused(Refusal.REPLAYED);
    }

    private Verdict judgeOfOther(RequestProof proof, RequestProof.Line line, long now) {
        return proof.holds(keys(proof, proof.run()), line)
                ? new Verdict.OtherRun(new Keyed(proof, keys(proof, now), now))
                : new Verdict.Refused(Refusal.SECRET);
    }

    private SessionKeys keys(RequestProof proof, long ofRun) {
        return SessionKeys.derive(secret, proof.caller(), self.node(), proof.session(), ofRun);
    }

    private synchronized long run() {
        return run;
    }

    private synchronized @Nullable Session known(Caller caller) {
        return sessions.get(caller);
    }

    /** Takes a session in; null where its run is over by now. */
    private synchronized @Nullable Session remember(Caller caller, SessionKeys keys, long ofRun) {
        if (ofRun == run && sessions.size() >= MAX_SESSIONS) {
            sessions.clear();
            run = drawRun();
        }
        if (ofRun != run) {
            return null;
        }
        return sessions.computeIfAbsent(caller, _ -> new Session(keys, new ReplayWindow()));
    }

    /** Any but 0, which a caller says that does not know it yet. */
    private long drawRun() {
        long drawn = random.nextLong();
        return drawn == 0 ? 1 : drawn;
    }
}
