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
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
     * As the configuration says: by nodes, by a registry, or by its list of nodes, which a registry is told of.
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
        List<HostPort> addresses = seeds.stream().map(JoinUrl::address).toList();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            switch (request.ask(addresses)) {
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
