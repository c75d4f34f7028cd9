package dev.skerry.server;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.raft.RaftCatalog;
import dev.skerry.cluster.raft.RecordCodec;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.cluster.topology.SharedTopology;
import dev.skerry.cluster.topology.Sightings;
import dev.skerry.cluster.topology.TakeOver;
import dev.skerry.config.ClusterSettings;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nodes ask to be let in that do not know the cluster's id yet, nor who answers: calls between nodes under a name
 * that follows from the cluster's, proved like all others.
 */
final class Doorway {
    private static final Logger log = LoggerFactory.getLogger(Doorway.class);
    static final String SERVICE = "join";
    private static final String PATH = StartingRouter.INTERNAL + "v1/call/" + SERVICE;
    static final NodeId SEED = new NodeId("seed");
    private static final String PREFIX = "join.";
    private static final RecordCodec CODEC = new RecordCodec();

    private final NodeWire wire;
    private final SharedTopology topology;
    private final RaftCatalog catalog;
    private final Predicate<NodeId> up;
    private final Sightings sightings;
    private volatile boolean open;

    /** What is said; something sealed has its case only where it is a component. */
    record Said(Admission.Answer answer) {}

    /** A request that is turned down while the topology is changed. */
    private static final class TurnedDown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Admission.Answer answer;

        TurnedDown(Admission.Answer answer) {
            super(answer.toString());
            this.answer = answer;
        }
    }

    /**
     * A door that tells everybody to come later until it is {@link #open opened}.
     *
     * @param wire of {@link #inside}
     * @param up whether a node answers
     * @param sightings what the nodes know of each other
     * @param executor runs what blocks
     */
    Doorway(
            NodeWire wire,
            SharedTopology topology,
            RaftCatalog catalog,
            Predicate<NodeId> up,
            Sightings sightings,
            Executor executor) {
        this.wire = wire;
        this.topology = topology;
        this.catalog = catalog;
        this.up = up;
        this.sightings = sightings;
        wire.calls()
                .serve(
                        SERVICE,
                        (caller, request) -> CompletableFuture.supplyAsync(
                                () -> CODEC.write(new Said(answer(caller, CODEC.read(request, Admission.class)))),
                                executor));
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
        return PREFIX + settings.name();
    }

    /** Whether who speaks like this asks to be let in, and so cannot know who answers. */
    static boolean isOutside(PeerIdentity self) {
        return self.clusterId().startsWith(PREFIX) && !self.node().equals(SEED);
    }

    /** Lets nodes in from now on. */
    void open() {
        open = true;
    }

    /** Answers those who ask to be let in or for the {@link Bootstrap}, and leaves the rest to {@code others}. */
    Handler<HttpServerRequest> before(Handler<HttpServerRequest> others) {
        Handler<HttpServerRequest> asked = wire.calls().endpoint();
        return request -> (isForDoor(request.uri()) ? asked : others).handle(request);
    }

    private static boolean isForDoor(String uri) {
        return uri.equals(PATH) || Bootstrap.isAskedFor(uri);
    }

    private Admission.Answer answer(NodeId caller, Admission admission) {
        if (!caller.value().equals(admission.node())) {
            log.warn("a node is not let in: {} asks in the name of {}", caller.value(), admission.node());
            return new Admission.Answer.Refused("node id " + admission.node() + ": asked for by " + caller.value()
                    + " (expected: the node itself)");
        }
        if (!open) {
            return new Admission.Answer.Later("it is not ready itself");
        }
        Admission.Answer answer = decide(admission);
        switch (answer) {
            case Admission.Answer.Admitted _ ->
                log.info("node {} at {} is one of the cluster", admission.node(), admission.address());
            case Admission.Answer.Refused(String reason) -> log.warn("a node is not let in: {}", reason);
            case Admission.Answer.Later(String reason) -> log.debug("a node is told to come later: {}", reason);
        }
        return answer;
    }

    private Admission.Answer decide(Admission admission) {
        try {
            // waits until this node's copy is as far as the catalog is
            catalog.buckets();
            Optional<Member> gone = gone(admission);
            Topology now = topology.change(catalog::keepDocument, before -> {
                admission.refusal(before, up).ifPresent(reason -> {
                    throw new TurnedDown(new Admission.Answer.Refused(reason));
                });
                if (admission.isElsewhere(before)
                        && !gone.equals(
                                before.members().member(admission.member().id()))) {
                    throw new TurnedDown(new Admission.Answer.Later("the node to take over has changed meanwhile"));
                }
                return admission.admit(before);
            });
            return new Admission.Answer.Admitted(MapsJson.write(now));
        } catch (TurnedDown refused) {
            return refused.answer;
        } catch (StoreException | IllegalStateException e) {
            return new Admission.Answer.Later(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The member whose id the node may take over, because nobody hears of it; nothing where it asks for none.
     *
     * @throws TurnedDown if it may not
     */
    private Optional<Member> gone(Admission admission) {
        Topology now = topology.get();
        NodeId id = admission.member().id();
        if (!admission.takeOver() || !admission.isElsewhere(now)) {
            return Optional.empty();
        }
        List<NodeId> others =
                now.nodes().stream().filter(node -> !node.equals(id)).toList();
        TakeOver.objection(now, id, sightings.ask(others, id)).ifPresent(objection -> {
            throw new TurnedDown(objection);
        });
        return now.members().member(id);
    }
}
