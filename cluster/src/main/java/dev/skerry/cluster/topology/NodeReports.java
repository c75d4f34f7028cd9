package dev.skerry.cluster.topology;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.raft.RecordCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks all nodes at once what they say of themselves, and answers for this one. */
public final class NodeReports {
    private static final String SERVICE = "node-report";
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final NodeCalls calls;
    private final Supplier<NodeReport> own;
    private final RecordCodec codec = new RecordCodec();

    /**
     * Answers from now on.
     *
     * @param own what this node says; may block for a moment
     * @param executor runs that
     */
    public NodeReports(NodeCalls calls, Supplier<NodeReport> own, Executor executor) {
        this.calls = calls;
        this.own = own;
        calls.serve(SERVICE, _ -> CompletableFuture.supplyAsync(() -> codec.write(own.get()), executor));
    }

    /** What this node says of itself. */
    public NodeReport own() {
        return own.get();
    }

    /** What those nodes say; one that does not answer in time is left out. Blocks. */
    public Map<NodeId, NodeReport> ask(Collection<NodeId> nodes) {
        Map<NodeId, CompletableFuture<NodeReport>> asked = new LinkedHashMap<>();
        for (NodeId node : nodes) {
            asked.put(
                    node,
                    calls.call(node, SERVICE, new byte[0])
                            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                            .thenApply(bytes -> codec.read(bytes, NodeReport.class)));
        }
        Map<NodeId, NodeReport> reports = new LinkedHashMap<>();
        asked.forEach((node, answer) -> {
            try {
                reports.put(node, answer.join());
            } catch (CompletionException _) {
                // it is shown as one that does not answer
            }
        });
        return reports;
    }
}
