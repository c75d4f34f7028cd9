package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The list of a cluster's nodes, and one document. Every method but {@link #watch} and {@link #close} blocks, for a
 * bounded time, and can be tried again. Not for use by several threads.
 *
 * <p>Each throws {@link IOException} where the registry cannot be reached or says no; whether the change was made is
 * not known then.
 */
public interface Registry extends AutoCloseable {
    /**
     * Lists a node for so long; again before that to stay listed. Where its id is listed with another address, nothing
     * is changed, as far as is known here: two nodes of one id must never be. With the same address it is the same
     * node, started again.
     */
    Registration register(NodeRecord node, Duration lease) throws IOException;

    /** Takes a node off the list that was registered here; nothing where it is not listed. */
    void leave(NodeId node) throws IOException;

    /**
     * The nodes whose leases last, in the order of their ids. What cannot be read as a node is left out. What another
     * node did may show a while later.
     */
    List<NodeRecord> nodes() throws IOException;

    /**
     * Has {@code changed} called soon after the list may have changed, on any thread; it must not block. May miss
     * changes: whoever watches asks from time to time besides. Replaces the watch before.
     */
    void watch(Runnable changed);

    /**
     * The document, which {@code ifAbsent} becomes where there is none and the registry can keep one: of many that ask
     * at once one wins, and all get the same answer. There is one for ever.
     *
     * @param ifAbsent at most {@link #MAX_DOCUMENT_BYTES} bytes
     */
    byte[] document(byte[] ifAbsent) throws IOException;

    /** The document, if there is one. */
    Optional<byte[]> document() throws IOException;

    /** The longest document. */
    int MAX_DOCUMENT_BYTES = 65_536;

    /** Gives back what it holds; nodes stay listed until their leases end. */
    @Override
    void close();
}
