package dev.skerry.cluster.parts;

/**
 * Told what happens to parts between nodes, for metrics. Calls come from the threads that do the work, so they must
 * neither block nor throw.
 */
public interface PartsListener {
    /** Takes nothing in. */
    PartsListener NONE = new PartsListener() {};

    /** Bytes of a part were staged on another node. */
    default void staged(long bytes) {}

    /** A replica was left out of a write that went on without it, for being slow or for having failed. */
    default void dropped(boolean slow) {}

    /** A write ended because too few replicas took it. */
    default void quorumMissed() {}

    /** Bytes of a part were read from another node. */
    default void readRemotely(long bytes) {}

    /** No node gave an intact copy of what was to be read. */
    default void unreadable() {}

    /** A part was written again from another node's copy, or could not be. */
    default void repaired(boolean done, long bytes) {}
}
