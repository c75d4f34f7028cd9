package dev.skerry.server;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.registry.Registry;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import dev.skerry.config.JoinUrl;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** How a node comes to be one of a cluster whose catalog it does not have yet. */
sealed interface Arrival {
    /** The topology it starts with. */
    Topology topology();

    /** It forms the cluster with the others, who know no more than it does. */
    record Forms(Topology topology) implements Arrival {}

    /** It was let into one that is there: what it holds, it gets from the others. */
    record Joins(Topology topology) implements Arrival {}

    /** For how long a cluster is waited for that should be there. */
    Duration PATIENCE = Duration.ofMinutes(3);

    /** Between two rounds. */
    Duration PAUSE = Duration.ofMillis(500);

    /** As the configuration has it, without asking anybody. */
    static Arrival alone(ClusterSettings settings, NodeId self, int slots) {
        return new Forms(Formation.of(settings, self, slots));
    }

    /**
     * As the configuration says: by nodes, by a registry, or by its list of nodes, which a registry is told of; or,
     * where nodes are the registry, those nodes are asked.
     *
     * @param admission what this node asks for
     * @param outside opens calls to who is asked
     * @throws StartException if it is refused, there is no cluster, or {@code stopping} says so
     */
    static Arrival of(
            ClusterSettings settings,
            Admission admission,
            Supplier<NodeWire> outside,
            Vertx vertx,
            BooleanSupplier stopping) {
        boolean joins = !settings.join().urls().isEmpty();
        if (joins && !settings.join().byRegistry()) {
            try (NodeWire wire = outside.get()) {
                return bySeeds(settings, new EntryRequest(wire, admission), stopping);
            }
        }
        Arrival alone = alone(settings, new NodeId(admission.node()), admission.slots());
        if (settings.registry().type() == ClusterSettings.RegistryType.GOSSIP) {
            try (NodeWire wire = outside.get()) {
                agree(settings, alone.topology(), admission.node(), seed -> Bootstrap.topology(wire, seed));
            }
            return alone;
        }
        if (!RegistryEntry.isServed(settings)) {
            return alone;
        }
        try (Registry registry = RegistryEntry.open(settings, vertx);
                NodeWire wire = outside.get()) {
            if (joins) {
                EntryRequest request = new EntryRequest(wire, admission);
                return new Rendezvous(settings, registry, admission, request::ask).meet(stopping);
            }
            Rendezvous.agree(settings, registry, alone.topology());
            return alone;
        }
    }

    /** Asks the nodes that the configuration names to let this one in. Blocks for three minutes at the most. */
    private static Arrival bySeeds(ClusterSettings settings, EntryRequest request, BooleanSupplier stopping) {
        List<JoinUrl> seeds = settings.join().urls();
        LoggerFactory.getLogger(Arrival.class).info("asks to join the cluster {} at {}", settings.name(), seeds);
        List<HostPort> named = seeds.stream().map(JoinUrl::address).toList();
        Set<HostPort> addresses = new LinkedHashSet<>(named);
        boolean gossips = settings.registry().type() == ClusterSettings.RegistryType.GOSSIP;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (gossips) {
                named.forEach(seed -> addresses.addAll(Bootstrap.seeds(request.wire(), seed)));
                addresses.remove(settings.addressOf(request.admission().node()));
            }
            switch (request.ask(List.copyOf(addresses))) {
                case Admission.Answer.Admitted(String text) -> {
                    return joins(text);
                }
                case Admission.Answer.Refused(String said) -> throw new StartException("cluster.join: " + said);
                case Admission.Answer.Later(String said) -> {
                    if (System.nanoTime() > deadline) {
                        throw new StartException("cluster.join: nobody lets this node in: " + said
                                + " (expected: a node of the cluster that serves)");
                    }
                }
            }
            pause(stopping);
        }
    }

    /**
     * Asks the other nodes that the configuration lists, before this one forms a cluster with them, whether there is
     * one. Who does not answer is passed over: of a cluster that is there, a majority is needed for anything to come of
     * it.
     *
     * @param bootstrap has the node at that address say what its cluster is
     * @throws StartException if there is another one, or one that this node is not part of
     */
    static void agree(
            ClusterSettings settings, Topology formed, String self, Function<HostPort, Optional<Topology>> bootstrap) {
        for (ClusterSettings.Node other : settings.nodes()) {
            Topology there = other.id().equals(self)
                    ? formed
                    : bootstrap.apply(other.address()).orElse(formed);
            String nodes = there.nodes().stream().map(NodeId::value).collect(Collectors.joining(", "));
            if (!there.clusterId().equals(formed.clusterId())) {
                throw new StartException(
                        "cluster.initial_cluster: the node at " + other.address() + " is one of another"
                                + " cluster " + settings.name() + ", of the nodes " + nodes
                                + " (expected: the same nodes, zones and weights as when it formed; or cluster.join, to become"
                                + " one of it)");
            }
            if (!there.nodes().contains(new NodeId(self))) {
                throw new StartException("cluster.node_id: " + self + ", which has left the cluster of the nodes "
                        + nodes + " (expected: cluster.join in place of cluster.initial_cluster, to come back)");
            }
        }
    }

    /** Was let in with that topology. */
    static Arrival joins(String topology) {
        try {
            return new Joins(MapsJson.topology(topology));
        } catch (IllegalArgumentException e) {
            throw new StartException("cluster.join: the topology of the cluster cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Waits between two rounds.
     *
     * @throws StartException if it is to stop
     */
    static void pause(BooleanSupplier stopping) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while a cluster was looked for", e);
        }
        if (stopping.getAsBoolean()) {
            throw new StartException("stopped while a cluster was looked for");
        }
    }
}
