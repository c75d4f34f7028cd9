package dev.skerry.cluster.raft;

import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes have been part of the cluster. One that has, and comes back without its logs, must not vote: it has
 * forgotten what it agreed to, and with it a minority could take back what a majority acknowledged. So a node without
 * logs asks all others whether they know it before it takes part; which makes the first start of a cluster wait for all
 * of its nodes. One that is known enters its groups anew ({@link LostLogs}).
 */
public final class KnownNodes {
    private static final Logger log = LoggerFactory.getLogger(KnownNodes.class);
    private static final String SERVICE = "node-known";
    private static final String DOCUMENT = "node:";
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration WORD_EVERY = Duration.ofSeconds(10);
    private static final byte KNOWN = 1;

    private final NodeId self;
    private final NodeCalls calls;
    private final CatalogReplica replica;

    /** Answers the others from now on, from this node's copy of the catalog. */
    public KnownNodes(NodeId self, NodeCalls calls, CatalogReplica replica) {
        this.self = self;
        this.calls = calls;
        this.replica = replica;
        calls.serve(SERVICE, request -> CompletableFuture.completedFuture(answer(request)));
    }

    private byte[] answer(byte[] request) {
        String node = new String(request, StandardCharsets.UTF_8);
        return replica.document(DOCUMENT + node).isPresent() ? new byte[] {KNOWN} : new byte[0];
    }

    /**
     * Asks each of the others whether it knows this node; blocks until all have answered, or one does.
     *
     * @param stopping whether to give up, which counts as a no
     */
    public Optional<NodeId> whoKnowsThis(List<NodeId> others, BooleanSupplier stopping) throws InterruptedException {
        byte[] question = self.value().getBytes(StandardCharsets.UTF_8);
        Set<NodeId> open = new LinkedHashSet<>(others);
        long said = System.nanoTime();
        while (!stopping.getAsBoolean() && !open.isEmpty()) {
            for (NodeId other : List.copyOf(open)) {
                try {
                    if (calls.call(other, SERVICE, question).get().length > 0) {
                        return Optional.of(other);
                    }
                    open.remove(other);
                } catch (ExecutionException e) {
                    log.debug("a node cannot be asked node={}", other.value(), e);
                }
            }
            if (System.nanoTime() - said > WORD_EVERY.toNanos()) {
                said = System.nanoTime();
                log.warn("waiting for nodes {}: the first start of a cluster needs all of its nodes", open);
            }
            if (!open.isEmpty()) {
                Thread.sleep(PAUSE);
            }
        }
        return Optional.empty();
    }

    /** Has the cluster know this node, once it is part of it. Blocks. */
    public void remember(RaftCatalog catalog) {
        String name = DOCUMENT + self.value();
        if (replica.document(name).isEmpty()) {
            catalog.keepDocument(name, 0, "");
        }
    }
}
