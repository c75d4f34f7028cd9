package dev.skerry.server;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.raft.RaftCatalog;
import dev.skerry.cluster.raft.RecordCodec;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.cluster.topology.SharedTopology;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import dev.skerry.config.JoinUrl;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nodes ask to be let in that do not know the cluster's id yet, nor who answers: calls between nodes under a name
 * that follows from the cluster's, proved with its secret like all others.
 */
final class Doorway {
    private static final Logger log = LoggerFactory.getLogger(Doorway.class);
    private static final String SERVICE = "join";
    private static final String PATH = StartingRouter.INTERNAL + "v1/call/" + SERVICE;
    private static final NodeId SEED = new NodeId("seed");
    private static final RecordCodec CODEC = new RecordCodec();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String REFUSED = "answered 403";

    private final NodeWire wire;
    private final SharedTopology topology;
    private final RaftCatalog catalog;
    private final Predicate<NodeId> up;
    private volatile boolean open;

    /** What is said; something sealed has its case only where it is a component. */
    private record Said(Admission.Answer answer) {}

    /** A request that is turned down while the topology is changed. */
    private static final class TurnedDown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TurnedDown(String reason) {
            super(reason);
        }
    }

    /**
     * A door that tells everybody to come later until it is {@link #open opened}.
     *
     * @param wire of {@link #inside}
     * @param up whether a node answers
     * @param executor runs what blocks
     */
    Doorway(NodeWire wire, SharedTopology topology, RaftCatalog catalog, Predicate<NodeId> up, Executor executor) {
        this.wire = wire;
        this.topology = topology;
        this.catalog = catalog;
        this.up = up;
        wire.calls()
                .serve(
                        SERVICE,
                        request -> CompletableFuture.supplyAsync(
                                () -> CODEC.write(new Said(answer(CODEC.read(request, Admission.class)))), executor));
    }

    /** Who a node of the cluster is to those who ask. */
    static PeerIdentity inside(ClusterSettings settings) {
        return new PeerIdentity(clusterId(settings), SEED);
    }

    /** Who a node is that asks. */
    static PeerIdentity outside(ClusterSettings settings, NodeId self) {
        return new PeerIdentity(clusterId(settings), self);
    }

    private static String clusterId(ClusterSettings settings) {
        return "join." + settings.name();
    }

    /** Lets nodes in from now on. */
    void open() {
        open = true;
    }

    /** Answers those who ask to be let in, and leaves the rest to {@code others}. */
    Handler<HttpServerRequest> before(Handler<HttpServerRequest> others) {
        Handler<HttpServerRequest> asked = wire.calls().endpoint();
        return request -> (request.uri().equals(PATH) ? asked : others).handle(request);
    }

    private Admission.Answer answer(Admission admission) {
        if (!open) {
            return new Admission.Answer.Later("it is not ready itself");
        }
        try {
            // waits until this node's copy is as far as the catalog is
            catalog.buckets();
            Topology now = topology.change(catalog::keepDocument, before -> {
                admission.refusal(before, up).ifPresent(reason -> {
                    throw new TurnedDown(reason);
                });
                return admission.admit(before);
            });
            log.info("node {} at {} is one of the cluster", admission.node(), admission.address());
            return new Admission.Answer.Admitted(MapsJson.write(now));
        } catch (TurnedDown refused) {
            log.warn("a node is not let in: {}", refused.getMessage());
            return new Admission.Answer.Refused(String.valueOf(refused.getMessage()));
        } catch (StoreException | IllegalStateException e) {
            return new Admission.Answer.Later(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Asks to be let in, of one seed after the other. Blocks for a minute at the most.
     *
     * @param wire of {@link #outside}
     * @return the topology, this node among its members
     * @throws StartException if it is refused, or nobody can say
     */
    static Topology ask(ClusterSettings settings, NodeWire wire, Admission admission) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        log.info("asks to join the cluster {} at {}", settings.name(), settings.join());
        while (true) {
            String reason = "";
            for (JoinUrl seed : settings.join()) {
                switch (ask(seed, wire, admission)) {
                    case Admission.Answer.Admitted(String text) -> {
                        return MapsJson.topology(text);
                    }
                    case Admission.Answer.Refused(String said) ->
                        throw new StartException("cluster.join: " + seed + " refuses: " + said);
                    case Admission.Answer.Later(String said) -> reason = seed + ": " + said;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new StartException("cluster.join: nobody lets this node in: " + reason
                        + " (expected: a node of the cluster that serves)");
            }
            pause();
        }
    }

    private static Admission.Answer ask(JoinUrl seed, NodeWire wire, Admission admission) {
        HostPort at = seed.address();
        wire.addresses().put(SEED, new PeerAddresses.Address(at.host(), at.port()));
        try {
            byte[] answer = wire.calls()
                    .call(SEED, SERVICE, CODEC.write(admission))
                    .get(CALL.toMillis(), TimeUnit.MILLISECONDS);
            return CODEC.read(answer, Said.class).answer();
        } catch (ExecutionException e) {
            String message =
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
            return message.contains(REFUSED)
                    ? new Admission.Answer.Refused(
                            message + " (expected: the cluster.name and cluster.secret of that cluster)")
                    : new Admission.Answer.Later(message);
        } catch (TimeoutException _) {
            return new Admission.Answer.Later("no answer within " + CALL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while the cluster was asked to let this node in", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while the cluster was asked to let this node in", e);
        }
    }
}
