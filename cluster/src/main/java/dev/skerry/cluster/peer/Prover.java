package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Proves to one node what this one sends to it, and judges what comes back. Safe for many threads; never blocks. */
sealed interface Prover {
    /** The proof of one request, which is sent once. */
    Sent prove(RequestProof.Line line, byte[] body, long timeMillis);

    /** A request that was proved. */
    interface Sent {
        /** What is said in its head. */
        String header();

        /** The keys of the stream that it may begin; null where certificates are looked at for each call. */
        @Nullable
        SessionKeys streamKeys();

        /** What its answer is worth; {@code header} is null where it says nothing of itself. */
        Answered judge(int status, @Nullable String header, byte[] body);
    }

    /** What an answer is worth. */
    enum Answered {
        /** The node said it. */
        PROVED,
        /** The node said that it has begun anew; proved once more, the request may be sent again. */
        OTHER_RUN,
        /** Nobody proves it. */
        UNPROVED,
        /** Somebody else said it. */
        WRONG
    }

    /** By keys that follow from the secret. */
    record BySession(PeerIdentity self, NodeId peer, Sessions sessions) implements Prover {
        private static final int OTHER_RUN = 409;

        @Override
        public Sent prove(RequestProof.Line line, byte[] body, long timeMillis) {
            Sessions.Session session = sessions.current();
            long number = session.next().getAndIncrement();
            RequestProof proof = RequestProof.of(
                    new RequestProof.Peers(self, peer),
                    session.keys(),
                    new RequestProof.Place(timeMillis, session.id(), session.run(), number),
                    line,
                    session.keys().tag(SessionKeys.Speaker.CALLER, number, body));
            return new InSession(sessions, session, number, proof.header());
        }

        private record InSession(Sessions sessions, Sessions.Session session, long number, String header)
                implements Sent {
            @Override
            public SessionKeys streamKeys() {
                return session.keys().ofStream(number);
            }

            @Override
            public Answered judge(int status, @Nullable String answered, byte[] body) {
                Optional<AnswerProof> parsed = answered == null ? Optional.empty() : AnswerProof.parse(answered);
                if (parsed.isEmpty()) {
                    return Answered.UNPROVED;
                }
                AnswerProof proof = parsed.get();
                SessionKeys keys = status == OTHER_RUN ? sessions.keysOf(session, proof.run()) : session.keys();
                if (!proof.holds(keys, number, status)
                        || !keys.isTag(proof.tag(), SessionKeys.Speaker.CALLED, number, body)) {
                    return Answered.WRONG;
                }
                if (status != OTHER_RUN) {
                    return Answered.PROVED;
                }
                sessions.renew(session, proof.run());
                return Answered.OTHER_RUN;
            }
        }
    }

    /** By the connection, whose other end has shown a certificate. */
    record ByClaims(PeerIdentity self, NodeId peer) implements Prover {
        @Override
        public Sent prove(RequestProof.Line line, byte[] body, long timeMillis) {
            return new Claimed(new NodeClaim(self, peer, timeMillis));
        }

        private record Claimed(NodeClaim claim) implements Sent {
            @Override
            public String header() {
                return claim.header();
            }

            @Override
            public @Nullable SessionKeys streamKeys() {
                return null;
            }

            @Override
            public Answered judge(int status, @Nullable String answered, byte[] body) {
                if (answered == null) {
                    return Answered.UNPROVED;
                }
                return answered.equals(claim.answer()) ? Answered.PROVED : Answered.WRONG;
            }
        }
    }
}
