package dev.skerry.cluster.topology;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.raft.RecordCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks nodes what they know of one of them, and answers for this one. Safe for use by many threads. */
public final class Sightings {
    private static final Logger log = LoggerFactory.getLogger(Sightings.class);
    private static final String SERVICE = "node-sighting";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final NodeCalls calls;
    private final RecordCodec codec = new RecordCodec();

    /**
     * Answers from now on.
     *
     * @param own what this node knows of a node; must not block
     */
    public Sightings(NodeCalls calls, Function<NodeId, Sighting> own) {
        this.calls = calls;
        calls.serve(
                SERVICE,
                request -> CompletableFuture.completedFuture(
                        codec.write(own.apply(new NodeId(new String(request, StandardCharsets.UTF_8))))));
    }

    /**
     * What those nodes know of one; a node that does not answer in time is left out. Blocks for two seconds at most.
     */
    public Map<NodeId, Sighting> ask(Collection<NodeId> nodes, NodeId about) {
        Map<NodeId, CompletableFuture<Sighting>> asked = new LinkedHashMap<>();
        nodes.forEach(node -> asked.put(node, ask(node, about)));
        Map<NodeId, Sighting> sightings = new LinkedHashMap<>();
        asked.forEach((node, answer) -> {
            try {
                sightings.put(node, answer.join());
            } catch (CompletionException e) {
                log.debug("a node does not say what it knows node={} about={}", node.value(), about.value(), e);
            }
        });
        return sightings;
    }

    /** The same without waiting: each answer that comes is given to {@code hearer}, on any thread. */
    public void ask(Collection<NodeId> nodes, NodeId about, Consumer<Sighting> hearer) {
        nodes.forEach(node -> {
            CompletableFuture<Void> _ = ask(node, about).thenAccept(hearer);
        });
    }

    private CompletableFuture<Sighting> ask(NodeId node, NodeId about) {
        return calls.call(node, SERVICE, about.value().getBytes(StandardCharsets.UTF_8))
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(answer -> codec.read(answer, Sighting.class));
    }
}
