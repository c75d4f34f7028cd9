package dev.skerry.cluster.peer;

/**
 * Told what passes between nodes, for metrics. Calls come from the threads that do the work, so they must neither block
 * nor throw.
 */
public interface PeerListener {
    /** Takes nothing in. */
    PeerListener NONE = new PeerListener() {};

    /** How a call of this node to another ended. */
    enum Outcome {
        /** The peer answered. */
        ANSWERED,
        /** The peer said that it failed, or refused. */
        FAILED,
        /** No connection could be made, or there were too many calls. */
        UNREACHABLE,
        /** There was no answer, none in time, or none that the peer can have given. */
        UNANSWERED
    }

    /** A request under {@code /_/internal/v1} was refused because it did not prove who sent it. */
    default void refused(Refusal reason) {}

    /** A call of this node's to another ended. */
    default void called(Outcome outcome) {}
}
