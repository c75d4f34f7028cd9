package dev.skerry.cluster.registry;

/** What comes of registering a node. */
public sealed interface Registration {
    /** It is listed for as long as its lease lasts. */
    record Listed() implements Registration {}

    /**
     * Nothing was changed: its id is in use elsewhere, by a node whose lease has not ended.
     *
     * @param by that node
     */
    record Taken(NodeRecord by) implements Registration {}
}
