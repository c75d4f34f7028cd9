package dev.skerry.server;

import dev.skerry.admin.Metrics;
import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.placement.MapsJson;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.registry.Discovery;
import dev.skerry.cluster.registry.EtcdRegistry;
import dev.skerry.cluster.registry.GossipAddress;
import dev.skerry.cluster.registry.GossipRegistry;
import dev.skerry.cluster.registry.HttpGossipTransport;
import dev.skerry.cluster.registry.NodeRecord;
import dev.skerry.cluster.registry.RedisRegistry;
import dev.skerry.cluster.registry.Registry;
import dev.skerry.cluster.registry.RegistrySettings;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's entry in the registry, kept while it runs, so that others find the cluster by it. The cluster itself
 * needs no registry: one that is lost is looked for again, and nothing waits for that.
 */
final class RegistryEntry implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RegistryEntry.class);
    private static final Duration CALL = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ClusterSettings.Registry settings;
    private final Discovery discovery;

    /**
     * What it works with.
     *
     * @param wire how nodes gossip
     */
    record Ports(Vertx vertx, Metrics metrics, NodeWire wire) {}

    /** The cluster as this node has it. */
    private record Side(Supplier<Topology> topology) implements Discovery.Cluster {
        Collection<GossipAddress> seeds() {
            return topology.get().members().members().stream()
                    .flatMap(member -> HostPort.parse(member.address()).stream()
                            .map(at -> new GossipAddress(member.id(), new PeerAddresses.Address(at.host(), at.port()))))
                    .toList();
        }

        @Override
        public byte[] document() {
            return MapsJson.write(topology.get()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void found(byte[] document) {
            String other = Rendezvous.read(document).clusterId();
            if (!other.equals(topology.get().clusterId())) {
                log.error(
                        "the registry has another cluster under this name: nodes that join by it come to that one"
                                + " other={} own={} (expected: a cluster.name of its own for each)",
                        other,
                        topology.get().clusterId());
            }
        }

        @Override
        public void listed(List<NodeRecord> nodes) {
            log.info(
                    "the registry lists nodes={}",
                    nodes.stream().map(node -> node.id().value()).toList());
        }
    }

    private RegistryEntry(ClusterSettings.Registry settings, Discovery discovery) {
        this.settings = settings;
        this.discovery = discovery;
    }

    /** Whether a server keeps the registry, which can be asked and lost. */
    static boolean isServed(ClusterSettings settings) {
        return switch (settings.registry().type()) {
            case ETCD, REDIS -> true;
            case STATIC, GOSSIP -> false;
        };
    }

    /**
     * The registry of the configuration; it connects when it is first used.
     *
     * @throws StartException if there can be none
     */
    static Registry open(ClusterSettings settings, Vertx vertx) {
        ClusterSettings.Registry registry = settings.registry();
        RegistrySettings where =
                new RegistrySettings(settings.name(), registry.endpoints(), registry.user(), registry.password(), CALL);
        try {
            return switch (registry.type()) {
                case ETCD -> EtcdRegistry.open(where);
                case REDIS -> RedisRegistry.open(where, vertx);
                case STATIC, GOSSIP ->
                    throw new IllegalStateException("registry " + registry.type() + " (expected: one that is served)");
            };
        } catch (IOException e) {
            throw new StartException("cluster.registry: " + e.getMessage(), e);
        }
    }

    /**
     * An entry of this node, which begins with {@link #start}; null where the configuration alone is the registry.
     *
     * @param own what it says of this node
     * @param topology of the cluster
     */
    static @Nullable RegistryEntry of(
            ClusterSettings settings, NodeRecord own, Supplier<Topology> topology, Ports ports) {
        ClusterSettings.Registry registry = settings.registry();
        Side side = new Side(topology);
        Registry opened = switch (registry.type()) {
            case STATIC -> null;
            case ETCD, REDIS -> open(settings, ports.vertx());
            case GOSSIP -> gossip(settings, own, side, ports.wire());
        };
        if (opened == null) {
            return null;
        }
        Discovery discovery = new Discovery(
                opened,
                own,
                new Discovery.Settings(registry.lease(), LONGEST_PAUSE),
                side,
                Assembly.platformThreads("registry"));
        RegistryEntry entry = new RegistryEntry(registry, discovery);
        entry.measure(ports.metrics());
        return entry;
    }

    /** The nodes themselves, who are told of each other by the topology. */
    private static Registry gossip(ClusterSettings settings, NodeRecord own, Side side, NodeWire wire) {
        HostPort at = settings.addressOf(own.id().value());
        HttpGossipTransport transport = new HttpGossipTransport(
                new GossipAddress(own.id(), new PeerAddresses.Address(at.host(), at.port())),
                wire.calls(),
                wire.addresses(),
                wire.aside());
        return new GossipRegistry(
                new GossipRegistry.Ports(transport, side::seeds, side::document),
                new GossipRegistry.Settings(settings.registry().lease()));
    }

    private void measure(Metrics metrics) {
        metrics.gauge(
                "skerry.registry.up",
                "1 while the registry answers",
                Tags.empty(),
                () -> discovery.reachable() ? 1 : 0);
        metrics.gauge(
                "skerry.registry.nodes",
                "Nodes that it listed when it was last heard of",
                Tags.empty(),
                () -> discovery.nodes().size());
        metrics.total(
                "skerry.registry.failures", "Times it did not answer this node", Tags.empty(), discovery::failures);
    }

    /** Begins to keep this node listed. */
    void start() {
        discovery.start();
    }

    /** What the registry said last; empty before it said anything. */
    List<NodeRecord> nodes() {
        return discovery.nodes();
    }

    /** How it looks from this node. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", settings.type().name().toLowerCase(Locale.ROOT));
        document.put("endpoints", settings.endpoints());
        document.put("answers", discovery.reachable());
        document.put("failures", discovery.failures());
        document.put(
                "nodes",
                discovery.nodes().stream().map(node -> node.id().value()).toList());
        return document;
    }

    /** Takes this node off the list, where the registry answers. */
    @Override
    public void close() {
        discovery.close();
    }
}
