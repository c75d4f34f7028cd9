package dev.skerry.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.cluster.peer.HttpNodeCalls;
import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.config.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node of a cluster tells those that have the cluster's secret and do not know the cluster yet: {@code GET
 * /_/internal/v1/cluster/bootstrap}, the topology, and {@code GET …/gossip-seeds}, where its nodes are. Asked and
 * proved as by who asks to be let in ({@link Doorway}).
 */
final class Bootstrap {
    private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);
    private static final String TOPOLOGY = "bootstrap";
    private static final String SEEDS = "gossip-seeds";
    private static final String PATH = StartingRouter.INTERNAL + "v1/cluster/";
    private static final String NOT_FORMED = "{}";
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final int MAX_SEEDS = 64;
    private static final JsonMapper JSON = new JsonMapper();

    private Bootstrap() {}

    /** Whether a request asks for one of the two. */
    static boolean isAskedFor(String uri) {
        return uri.startsWith(PATH);
    }

    /**
     * Answers who asks from now on.
     *
     * @param executor runs what may block
     * @param formed the topology, once the cluster has one in its catalog
     * @param nodes where its nodes are, as far as this one knows
     */
    static void serve(
            HttpNodeCalls calls,
            Executor executor,
            Supplier<Optional<Topology>> formed,
            Supplier<Stream<String>> nodes) {
        calls.serveDocument(
                TOPOLOGY,
                () -> CompletableFuture.supplyAsync(
                        () -> formed.get()
                                .map(MapsJson::write)
                                .orElse(NOT_FORMED)
                                .getBytes(StandardCharsets.UTF_8),
                        executor));
        calls.serveDocument(
                SEEDS,
                () -> CompletableFuture.supplyAsync(
                        () -> write(nodes.get().distinct().limit(MAX_SEEDS).toList()), executor));
    }

    /**
     * The topology of the cluster that the node at that address is one of. Blocks for twenty seconds at the most.
     *
     * @param wire of {@link Doorway#outside}
     * @return empty where nobody answers there, it has no cluster yet, or is of another name or secret
     * @throws StartException if interrupted
     */
    static Optional<Topology> topology(NodeWire wire, HostPort seed) {
        return ask(wire, seed, TOPOLOGY)
                .filter(text -> !text.equals(NOT_FORMED))
                .flatMap(text -> {
                    try {
                        return Optional.of(MapsJson.topology(text));
                    } catch (IllegalArgumentException e) {
                        log.warn("what a node says of its cluster cannot be read node={}", seed, e);
                        return Optional.empty();
                    }
                });
    }

    /** Where the nodes of that cluster are; none where nobody says so. Blocks for as long, throws for the same. */
    static List<HostPort> seeds(NodeWire wire, HostPort seed) {
        return ask(wire, seed, SEEDS).stream()
                .flatMap(text -> read(seed, text))
                .flatMap(text -> HostPort.parse(text).stream())
                .limit(MAX_SEEDS)
                .toList();
    }

    private static Optional<String> ask(NodeWire wire, HostPort seed, String document) {
        wire.addresses().put(Doorway.SEED, new PeerAddresses.Address(seed.host(), seed.port()));
        try {
            byte[] answer = wire.calls().read(Doorway.SEED, document).get(CALL.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(new String(answer, StandardCharsets.UTF_8));
        } catch (ExecutionException | TimeoutException e) {
            log.debug("a node does not tell of its cluster node={} document={}", seed, document, e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while a node was asked for its cluster", e);
        }
    }

    private static byte[] write(List<String> addresses) {
        try {
            return JSON.writeValueAsBytes(addresses);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a list of texts can be written", e);
        }
    }

    private static Stream<String> read(HostPort seed, String text) {
        try {
            return Stream.of(JSON.readValue(text, String[].class));
        } catch (IOException e) {
            log.warn("the nodes that a node lists cannot be read node={}", seed, e);
            return Stream.empty();
        }
    }
}
