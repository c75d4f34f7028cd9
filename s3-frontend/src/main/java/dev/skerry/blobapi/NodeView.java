package dev.skerry.blobapi;

import java.util.List;

/** What this node knows of itself and the others. */
public interface NodeView {
    /** This node's name for life. */
    String nodeId();

    /** The name of the group of nodes it belongs to. */
    String groupId();

    /** Whether it can serve: {@code ok}, or a word that says why not. */
    String status();

    /** All nodes, this one included. */
    List<Node> nodes();

    /**
     * One node.
     *
     * @param nodeId its name for life
     * @param address where it answers
     * @param status {@code ok}, or a word that says why not
     */
    record Node(String nodeId, String address, String status) {}
}
