package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** What this node says to one other: the session under way, which begins anew when the other node has started anew. */
final class Sessions {
    private final ClusterSecret secret;
    private final PeerIdentity self;
    private final NodeId peer;
    private final RandomGenerator random;
    private volatile Session current;

    /** Numbers its requests. */
    record Session(SessionKeys keys, long id, long run, AtomicLong next) {}

    Sessions(ClusterSecret secret, PeerIdentity self, NodeId peer, RandomGenerator random) {
        this.secret = secret;
        this.self = self;
        this.peer = peer;
        this.random = random;
        // the peer says which run is right, once it is asked
        this.current = begin(0);
    }

    Session current() {
        return current;
    }

    /** Begins a session of another run in place of {@code stale}, unless somebody did. */
    synchronized void renew(Session stale, long run) {
        if (current.id == stale.id) {
            current = begin(run);
        }
    }

    /** The keys that a session would have in another run. */
    SessionKeys keysOf(Session session, long run) {
        return SessionKeys.derive(secret, self, peer, session.id, run);
    }

    private Session begin(long run) {
        long id = random.nextLong();
        return new Session(SessionKeys.derive(secret, self, peer, id, run), id, run, new AtomicLong());
    }
}
