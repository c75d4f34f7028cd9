package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node that has nothing but a port and what nodes say to each other over it. */
public final class TestNode implements AutoCloseable {
    /** A secret that tests may know. */
    public static final ClusterSecret SECRET = ClusterSecret.of("0123456789abcdef0123456789abcdef");

    /** The cluster of tests. */
    public static final String CLUSTER = "harbour-1";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor();
    private final PeerAddresses addresses = new PeerAddresses();
    private final Heard heard = new Heard();
    private final HttpNodeCalls calls;
    private final NodeId id;
    private final @Nullable NodeCertificates certificates;
    private @Nullable HttpServer server;

    /** What a node was told of what passes. */
    public static final class Heard implements PeerListener {
        final List<Refusal> refusals = new CopyOnWriteArrayList<>();
        final Map<Outcome, AtomicInteger> outcomes = new ConcurrentHashMap<>();

        @Override
        public void refused(Refusal reason) {
            refusals.add(reason);
        }

        @Override
        public void called(Outcome outcome) {
            outcomes.computeIfAbsent(outcome, _ -> new AtomicInteger()).incrementAndGet();
        }
    }

    /** How a node differs from the others. */
    public record Ways(String cluster, PeerProof proof, InstantSource clock, PeerSettings settings) {
        /** In nothing but that it waits as long as a slow machine takes. */
        public static final Ways USUAL = new Ways(
                CLUSTER,
                PeerProof.of(SECRET),
                Clock.systemUTC(),
                PeerSettings.DEFAULT.withTimeouts(
                        Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60)));

        Ways withCluster(String other) {
            return new Ways(other, proof, clock, settings);
        }

        Ways withSecret(ClusterSecret other) {
            return withProof(PeerProof.of(other));
        }

        Ways withProof(PeerProof other) {
            return new Ways(cluster, other, clock, settings);
        }

        Ways withClock(InstantSource other) {
            return new Ways(cluster, proof, other, settings);
        }

        /** The same with other bounds. */
        public Ways withSettings(PeerSettings other) {
            return new Ways(cluster, proof, clock, other);
        }
    }

    private TestNode(String id, Ways ways) {
        this.id = new NodeId(id);
        this.calls = new HttpNodeCalls(
                new HttpNodeCalls.Ports(vertx, addresses, ways.clock, new SecureRandom(), aside, heard),
                new PeerIdentity(ways.cluster, this.id),
                ways.proof,
                ways.settings);
        this.certificates = ways.proof.certificates();
    }

    /** A node that listens on a port of its own. */
    public static TestNode start(String id, Ways ways) {
        TestNode node = new TestNode(id, ways);
        node.listen(0);
        return node;
    }

    /** The same, in no way different from others. */
    public static TestNode start(String id) {
        return start(id, Ways.USUAL);
    }

    /** A node in place of one that is gone, where that was. */
    static TestNode restarted(TestNode before) {
        int port = before.address().port();
        before.close();
        TestNode node = new TestNode(before.id.value(), Ways.USUAL);
        node.listen(port);
        return node;
    }

    /** Listens on that port, or on any if it is 0. */
    void listen(int port) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setMaxChunkSize(64 * 1024)
                .setHttp2ClearTextEnabled(false);
        NodeCertificates shown = certificates;
        KeyCertOptions ofClients = shown == null ? null : KeyCertOptions.wrap(shown.keys());
        if (shown != null && ofClients != null) {
            NodeTls.secure(options, ofClients, shown);
        }
        HttpServer opened = vertx.createHttpServer(options).requestHandler(calls.endpoint());
        server = opened;
        await(opened.listen());
        if (shown != null && ofClients != null) {
            shown.follow(() -> await(opened.updateSSLOptions(NodeTls.changed(ofClients, shown))));
        }
    }

    /** Stops listening, and cuts what is connected. */
    public void vanish() {
        HttpServer open = server;
        if (open != null) {
            await(open.close());
            server = null;
        }
    }

    /** Tells this node where others are. */
    public void knows(TestNode... others) {
        for (TestNode other : others) {
            addresses.put(other.id, other.address());
        }
    }

    /** Where it listens. */
    public PeerAddresses.Address address() {
        HttpServer open = server;
        if (open == null) {
            throw new IllegalStateException("node " + id + " does not listen");
        }
        return new PeerAddresses.Address("127.0.0.1", open.actualPort());
    }

    /** Who it is. */
    public NodeId id() {
        return id;
    }

    /** How it speaks. */
    public HttpNodeCalls calls() {
        return calls;
    }

    /** Whom it knows. */
    public PeerAddresses addresses() {
        return addresses;
    }

    Heard heard() {
        return heard;
    }

    private static void await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(3, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        calls.close();
        await(vertx.close());
        aside.shutdownNow();
    }
}
