package dev.skerry.cluster.registry;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Carries packets of gossip from node to node. They may be lost, come twice, or in another order; those that come are
 * from a node of the cluster, as they were sent. Safe for many threads; nothing of it blocks.
 */
public interface GossipTransport {
    /** The longest packet, in bytes; longer ones are refused on either side. */
    int MAX_PACKET_BYTES = 256 * 1024;

    /** Who this node is, and where others reach it. */
    GossipAddress self();

    /**
     * Sends a packet.
     *
     * @return completed once the other node has it; fails with an {@link java.io.IOException} where it does not take it
     */
    CompletableFuture<Void> send(GossipAddress to, byte[] packet);

    /**
     * Gives what arrives to that receiver from now on, in place of the one before.
     *
     * @param receiver may block; is called by several threads
     */
    void receive(Consumer<byte[]> receiver);
}
