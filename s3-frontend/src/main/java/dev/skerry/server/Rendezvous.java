package dev.skerry.server;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.ClusterMap;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.registry.NodeRecord;
import dev.skerry.cluster.registry.Registration;
import dev.skerry.cluster.registry.Registry;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nodes that know only a registry become one cluster. The registry's one document is the topology they form: the
 * first that is proposed is everybody's for ever, so that they never form two.
 *
 * <p>Each round asks, in this order: nodes that are in the cluster, by the registry's list or its document, to be let
 * in as by their addresses; where nobody decides and the document has this node, forms that cluster with the others;
 * where there is no document and enough nodes look for a cluster at the same time, proposes them. A node that has a
 * cluster is never proposed, and leaves its cluster's document where a registry lost it.
 */
final class Rendezvous {
    private static final Logger log = LoggerFactory.getLogger(Rendezvous.class);
    private static final Duration WORD_EVERY = Duration.ofSeconds(10);

    private final ClusterSettings settings;
    private final Registry registry;
    private final Function<List<HostPort>, Admission.Answer> entrance;
    private final NodeRecord own;
    private final int slots;

    /** What a round came to that decided nothing. */
    private String standing = "the registry was not asked yet";

    /** Whether what is waited for is other nodes that look for a cluster, who may come when they like. */
    private boolean gathering;

    private boolean registered;

    /**
     * Of a node that asks nobody yet.
     *
     * @param admission what it asks for
     * @param entrance has it asked of nodes at these addresses: {@link EntryRequest#ask}
     */
    Rendezvous(
            ClusterSettings settings,
            Registry registry,
            Admission admission,
            Function<List<HostPort>, Admission.Answer> entrance) {
        this.settings = settings;
        this.registry = registry;
        this.entrance = entrance;
        this.own =
                new NodeRecord(new NodeId(admission.node()), admission.address(), admission.zone(), admission.weight());
        this.slots = admission.slots();
    }

    /**
     * Blocks until there is a cluster: for three minutes at the most where one should be there, or the registry does
     * not answer; without an end while too few nodes have come to form one.
     *
     * @throws StartException if this node is refused, its id is in use, or nobody can say
     */
    Arrival meet(BooleanSupplier stopping) {
        log.info(
                "looks for the cluster {} in the registry at {}",
                settings.name(),
                settings.registry().endpoints());
        try {
            return await(stopping);
        } catch (StartException refused) {
            leave();
            throw refused;
        }
    }

    private Arrival await(BooleanSupplier stopping) {
        long deadline = System.nanoTime() + Arrival.PATIENCE.toNanos();
        long said = System.nanoTime();
        while (true) {
            Optional<Arrival> arrival = tryOnce();
            if (arrival.isPresent()) {
                return arrival.get();
            }
            long now = System.nanoTime();
            if (gathering) {
                deadline = now + Arrival.PATIENCE.toNanos();
            }
            if (now > deadline) {
                throw new StartException("cluster.join: no cluster " + settings.name() + " was found in the registry: "
                        + standing + " (expected: a node of it that serves, or cluster.initial_cluster.size for nodes"
                        + " that form one)");
            }
            if (now - said > WORD_EVERY.toNanos()) {
                said = now;
                log.warn("waiting for a cluster: {}", standing);
            }
            Arrival.pause(stopping);
        }
    }

    private Optional<Arrival> tryOnce() {
        gathering = false;
        try {
            Optional<Topology> agreed = registry.document().map(Rendezvous::read);
            List<NodeRecord> listed = registry.nodes();
            Optional<Arrival> entered = enter(agreed, listed);
            if (entered.isPresent()) {
                return entered;
            }
            if (agreed.isEmpty()
                    && settings.join().founders() > 0
                    && listed.stream().noneMatch(NodeRecord::inCluster)) {
                agreed = propose();
            }
            return agreed.filter(this::hasThis).map(Arrival.Forms::new);
        } catch (IOException e) {
            standing = String.valueOf(e.getMessage());
            return Optional.empty();
        }
    }

    /** By those who are in the cluster already, or should be. */
    private Optional<Arrival> enter(Optional<Topology> agreed, List<NodeRecord> listed) {
        Set<String> addresses = new LinkedHashSet<>();
        listed.stream().filter(NodeRecord::inCluster).map(NodeRecord::address).forEach(addresses::add);
        agreed.ifPresent(topology ->
                topology.members().members().stream().map(Member::address).forEach(addresses::add));
        addresses.remove(own.address());
        List<HostPort> seeds = addresses.stream()
                .flatMap(address -> HostPort.parse(address).stream())
                .toList();
        return switch (entrance.apply(seeds)) {
            case Admission.Answer.Admitted(String text) -> Optional.of(Arrival.joins(text));
            case Admission.Answer.Refused(String said) -> throw new StartException("cluster.join: " + said);
            case Admission.Answer.Later(String said) -> {
                standing = agreed.isEmpty() ? said : said + "; " + whoseDocument(agreed.get());
                yield Optional.empty();
            }
        };
    }

    private String whoseDocument(Topology agreed) {
        return "the registry has the document of a cluster of the nodes "
                + agreed.nodes().stream().map(NodeId::value).collect(Collectors.joining(", "))
                + " (if that is no more, delete it: /skerry/" + settings.name() + "/document)";
    }

    private boolean hasThis(Topology agreed) {
        return agreed.members()
                .member(own.id())
                .filter(member -> member.address().equals(own.address()))
                .isPresent();
    }

    /** Says that this node looks for a cluster, and who forms it once there are enough; what was agreed on then. */
    private Optional<Topology> propose() throws IOException {
        if (registry.register(own, settings.registry().lease()) instanceof Registration.Taken(NodeRecord by)) {
            throw new StartException("node id " + own.id().value() + ": the registry lists it at " + by.address()
                    + " (expected: an id of its own; or, where that node is gone, to be started again after "
                    + settings.registry().lease().toSeconds() + " s)");
        }
        registered = true;
        List<NodeRecord> looking =
                registry.nodes().stream().filter(node -> !node.inCluster()).toList();
        long places = looking.stream().map(NodeRecord::address).distinct().count();
        int founders = settings.join().founders();
        if (looking.size() < founders || places < looking.size()) {
            gathering = true;
            standing = looking.size() + " of " + founders + " nodes look for a cluster"
                    + (places < looking.size()
                            ? ", some of them at the same address: one has gone, and its lease not"
                            : "");
            return Optional.empty();
        }
        ClusterMap members = ClusterMap.of(looking.stream()
                .limit(founders)
                .map(node -> new Member(node.id(), node.address(), node.zone(), node.weight()))
                .toList());
        byte[] proposal = MapsJson.write(Formation.of(settings, members, slots)).getBytes(StandardCharsets.UTF_8);
        Topology agreed = read(registry.document(proposal));
        log.info("the nodes {} form the cluster {}", agreed.nodes(), settings.name());
        return Optional.of(agreed);
    }

    /**
     * Has the cluster that the configuration lists be the one of its name in the registry, before it forms. Where the
     * registry does not answer it forms without: each node waits for all that are listed.
     *
     * @throws StartException if there is another one
     */
    static void agree(ClusterSettings settings, Registry registry, Topology formed) {
        try {
            Topology agreed = read(registry.document(MapsJson.write(formed).getBytes(StandardCharsets.UTF_8)));
            if (!agreed.clusterId().equals(formed.clusterId())) {
                throw new StartException("cluster.initial_cluster: the registry has another cluster "
                        + settings.name() + ", which was formed by the nodes "
                        + agreed.nodes().stream().map(NodeId::value).collect(Collectors.joining(", "))
                        + " (expected: the same nodes, zones and weights; or cluster.join, to become one of it; or, if"
                        + " it is no more, that /skerry/" + settings.name() + "/document is deleted)");
            }
        } catch (IOException e) {
            log.warn("the registry does not answer, the cluster forms as the configuration lists it", e);
        }
    }

    /** Takes back that it looks for a cluster; where the registry is lost, the lease does. */
    private void leave() {
        try {
            if (registered) {
                registry.leave(own.id());
            }
        } catch (IOException e) {
            log.debug("not taken off the registry's list, its lease will end", e);
        }
    }

    /**
     * The topology that a document of the registry is.
     *
     * @throws StartException if it is none
     */
    static Topology read(byte[] document) {
        try {
            return MapsJson.topology(new String(document, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "cluster.registry: the document kept there is no topology (expected: what a node of the cluster"
                            + " left; is it another program's, or a newer one's?)",
                    e);
        }
    }
}
