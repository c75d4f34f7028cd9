package dev.skerry.cluster.failure;

/** What a node looks like from here. */
public enum Liveness {
    /** It answers. */
    UP,
    /** It has been silent for longer than its heartbeats let expect, or was never heard: better ask another. */
    SUSPECT,
    /** It has been silent for so long that others should take its place. */
    DOWN
}
