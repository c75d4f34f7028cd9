package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Judges who sent a request to this node, before its body is taken in. Safe for many threads; never blocks. */
interface RequestCheck {
    /**
     * Judges a request.
     *
     * @param header what it says of itself, or null where it says nothing
     * @param session of its connection, or null where that is not TLS
     */
    Verdict judge(@Nullable String header, RequestProof.Line line, @Nullable SSLSession session);

    /** What became of a request. */
    sealed interface Verdict {
        /** It comes from a node of the cluster and is here for the first time. */
        record Proved(Evidence evidence) implements Verdict {}

        /** Its sender is known but not to which run of this node it speaks, which it may be told and then try again. */
        record OtherRun(Evidence evidence) implements Verdict {}

        /**
         * It is not believed.
         *
         * @param detail for the log of this node; empty where the reason says all
         */
        record Refused(Refusal reason, String detail) implements Verdict {
            Refused(Refusal reason) {
                this(reason, "");
            }
        }
    }

    /** What ties a body, and the answer, to a request whose sender is known. */
    sealed interface Evidence {
        /** Who sent it. */
        NodeId caller();

        /** Whether that is the body that was sent. */
        boolean covers(byte[] body);

        /** What is said in the head of an answer. */
        String answer(int status, byte[] body);

        /** The keys of the stream that it may begin; null where certificates are looked at for each call. */
        @Nullable
        SessionKeys streamKeys();
    }

    /**
     * Both are proved with the keys of the session.
     *
     * @param run of this node
     */
    record Keyed(RequestProof proof, SessionKeys keys, long run) implements Evidence {
        @Override
        public NodeId caller() {
            return proof.caller().node();
        }

        @Override
        public boolean covers(byte[] body) {
            return keys.isTag(proof.tag(), SessionKeys.Speaker.CALLER, proof.number(), body);
        }

        @Override
        public String answer(int status, byte[] body) {
            byte[] tag = keys.tag(SessionKeys.Speaker.CALLED, proof.number(), body);
            return AnswerProof.of(keys, proof.number(), status, run, tag).header();
        }

        @Override
        public SessionKeys streamKeys() {
            return keys.ofStream(proof.number());
        }
    }

    /** Words of one whose certificate is looked at for each call, whatever else proves them. */
    record Certified(Evidence words) implements Evidence {
        @Override
        public NodeId caller() {
            return words.caller();
        }

        @Override
        public boolean covers(byte[] body) {
            return words.covers(body);
        }

        @Override
        public String answer(int status, byte[] body) {
            return words.answer(status, body);
        }

        @Override
        public @Nullable SessionKeys streamKeys() {
            return null;
        }
    }

    /** The connection proves both: nobody but the owner of the certificate's key can have said it there. */
    record Claimed(NodeClaim claim) implements Evidence {
        @Override
        public NodeId caller() {
            return claim.caller().node();
        }

        @Override
        public boolean covers(byte[] body) {
            return true;
        }

        @Override
        public String answer(int status, byte[] body) {
            return claim.answer();
        }

        @Override
        public @Nullable SessionKeys streamKeys() {
            return null;
        }
    }
}
