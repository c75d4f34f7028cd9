package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls between nodes over HTTP/1.1 on the port that S3 has: {@code POST /_/internal/v1/call/<service>}, and
 * {@code GET} for the few documents that a node has for those that do not know the cluster yet. A request and its
 * answer are each proved, with the cluster's secret ({@link SessionKeys}), by certificates ({@link NodeCertificates})
 * or by both, and neither is repeated by anybody else with effect ({@link ProofCheck}). A call to this node goes
 * straight to its service.
 *
 * <p>Short calls to a node share one connection, a {@link CallStream}, on which those that come up at the same time are
 * one message. Long ones, and all where certificates prove who speaks or it is not known who answers, have pooled
 * connections, one call at a time on each. Measured on four cores with 64 calls of 64 KiB at once: HTTP/1.1 15,600 a
 * second, HTTP/2 on one connection 2,900. Pipelined requests were faster still, but an answer would wait for those
 * before it, and some wait for a disk.
 */
public final class HttpNodeCalls implements NodeCalls, AutoCloseable {
    /** More than there may be nodes. */
    private static final int MAX_STREAMS = 64;

    private final Ports ports;
    private final PeerIdentity self;
    private final PeerProof proof;
    private final PeerSettings settings;
    private final Services services = new Services();
    private final Services documents = new Services();
    private final PeerEndpoint endpoint;
    private final WebSocketClient streams;
    private final PeerClient calls;
    private final PeerClient transfers;
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();

    /**
     * What it works with.
     *
     * @param vertx the event loops
     * @param addresses where the others are
     * @param clock by which proofs are judged
     * @param random draws the numbers of sessions; nobody must be able to guess them
     * @param aside proves and judges long bodies
     */
    public record Ports(
            Vertx vertx,
            PeerAddresses addresses,
            InstantSource clock,
            RandomGenerator random,
            Executor aside,
            PeerListener listener) {}

    /** What is known of one other node. */
    record Peer(NodeId id, Prover prover, PeerGate gate, AtomicReference<@Nullable CallStream> stream) {
        Peer(NodeId id, Prover prover) {
            this(id, prover, new PeerGate(), new AtomicReference<>());
        }
    }

    /** Connects nowhere yet. With certificates all calls go over TLS, and only to listeners made by {@link NodeTls}. */
    public HttpNodeCalls(Ports ports, PeerIdentity self, PeerProof proof, PeerSettings settings) {
        this.ports = ports;
        this.self = self;
        this.proof = proof;
        this.settings = settings;
        this.endpoint = new PeerEndpoint(
                proof.check(self, settings, ports),
                new PeerEndpoint.Served(services, documents),
                settings,
                ports.listener(),
                ports.aside(),
                ports.clock());
        this.streams = ports.vertx()
                .createWebSocketClient(new WebSocketClientOptions()
                        .setMaxConnections(MAX_STREAMS)
                        .setMaxMessageSize(settings.maxBodyBytes() + Batches.MESSAGE_BYTES)
                        .setConnectTimeout((int) settings.connectTimeout().toMillis())
                        .setSsl(settings.overTls())
                        .setTrustAll(true)
                        .setVerifyHost(false));
        this.calls = new PeerClient(ports, proof, settings, settings.callConnections(), settings.callTimeout());
        this.transfers =
                new PeerClient(ports, proof, settings, settings.transferConnections(), settings.transferTimeout());
    }

    /** Answers what other nodes ask: for requests whose path begins with {@code /_/internal/v1/}. */
    public Handler<HttpServerRequest> endpoint() {
        return endpoint;
    }

    @Override
    public CompletableFuture<byte[]> call(NodeId node, String service, byte[] request) {
        if (request.length > PeerEndpoint.SHORT_BYTES || !proof.allowsStreams() || node.equals(self.node())) {
            return call(calls, node, service, request);
        }
        Services.requireName(service);
        return stream(peer(node)).call(service, request);
    }

    private CallStream stream(Peer peer) {
        CallStream known = peer.stream().get();
        if (known == null) {
            CallStream fresh = new CallStream(ports, settings, peer, streams);
            known = peer.stream().compareAndSet(null, fresh)
                    ? fresh
                    : peer.stream().get();
        }
        return Objects.requireNonNull(known);
    }

    @Override
    public CompletableFuture<byte[]> transfer(NodeId node, String service, byte[] request) {
        return call(transfers, node, service, request);
    }

    private CompletableFuture<byte[]> call(PeerClient client, NodeId node, String service, byte[] request) {
        Services.requireName(service);
        if (node.equals(self.node())) {
            return services.call(node, service, request)
                    .orElseGet(() -> CompletableFuture.failedFuture(new PeerException(
                            PeerListener.Outcome.FAILED, "this node does not serve " + service, null)));
        }
        if (request.length > settings.maxBodyBytes()) {
            return CompletableFuture.failedFuture(new PeerException(
                    PeerListener.Outcome.FAILED,
                    "request of " + request.length + " bytes (expected: " + settings.maxBodyBytes() + " or fewer)",
                    null));
        }
        return client.send(peer(node), PeerTarget.call(service), request);
    }

    /**
     * Asks another node for a document that is served under this name: {@code GET /_/internal/v1/cluster/<name>},
     * proved as calls are. Does not block.
     *
     * @return the document; fails as a call does
     */
    public CompletableFuture<byte[]> read(NodeId node, String name) {
        Services.requireName(name);
        return calls.send(peer(node), PeerTarget.document(name), new byte[0]);
    }

    /** Answers who asks for that document from now on; {@code document} must not block. */
    public void serveDocument(String name, Supplier<CompletableFuture<byte[]>> document) {
        documents.put(name, (_, _) -> document.get());
    }

    private Peer peer(NodeId node) {
        Peer known = peers.get(node);
        return known != null ? known : peers.computeIfAbsent(node, id -> new Peer(id, proof.prover(self, id, ports)));
    }

    @Override
    public void serve(String service, Function<byte[], CompletableFuture<byte[]>> handler) {
        services.put(service, (_, request) -> handler.apply(request));
    }

    /**
     * The same for a service that minds who asks.
     *
     * @param handler gets the node that sent the request, which has proved that it is that node where it has a
     *     certificate of its own, and the request; must not block
     */
    public void serve(String service, BiFunction<NodeId, byte[], CompletableFuture<byte[]>> handler) {
        services.put(service, handler);
    }

    /** Closes the connections; calls under way fail. */
    @Override
    public void close() {
        streams.close();
        calls.close();
        transfers.close();
    }
}
