package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Calls from node to node: one request, one answer. The transport proves to each node that the other belongs to the
 * cluster; what arrives here is believed. Safe for use by many threads.
 */
public interface NodeCalls {
    /**
     * Calls a service of another node, or of this one. Does not block.
     *
     * @param service its name: lower-case letters and dashes
     * @return the answer; fails with an {@link java.io.IOException} where the node cannot be reached, does not answer
     *     in time, or has failed itself. It may complete on a thread of the transport, which must not be kept waiting
     */
    CompletableFuture<byte[]> call(NodeId node, String service, byte[] request);

    /**
     * Calls with much to say or to hear: the same, but it has connections and a time limit of its own, so that small
     * messages do not wait behind it.
     */
    default CompletableFuture<byte[]> transfer(NodeId node, String service, byte[] request) {
        return call(node, service, request);
    }

    /**
     * Answers calls of that service from now on, in place of who did before.
     *
     * @param handler gets the request; must not block
     */
    void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler);
}
