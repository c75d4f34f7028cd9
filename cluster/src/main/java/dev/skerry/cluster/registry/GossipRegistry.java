package dev.skerry.cluster.registry;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.scalecube.cluster.Cluster;
import io.scalecube.cluster.ClusterConfig;
import io.scalecube.cluster.ClusterImpl;
import io.scalecube.cluster.ClusterMessageHandler;
import io.scalecube.cluster.membership.MembershipEvent;
import io.scalecube.cluster.metadata.MetadataCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The list that the nodes keep among themselves, each telling a few others (SWIM). What one says reaches the others
 * after a second or so: two nodes that register one id at the same time are both listed, and both hear of it when they
 * register again. A node that hears of nobody, although it was told of others, has lost the registry.
 *
 * <p>Gossip cannot decide which of two documents came first. So there is no proposing: the document is the cluster's
 * that this node is one of, and {@link #document(byte[])} keeps nothing.
 */
public final class GossipRegistry implements Registry {
    private static final Logger log = LoggerFactory.getLogger(GossipRegistry.class);

    /** How long to wait for what takes a second or two. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Who may hear of each other at all; the transport keeps clusters apart. */
    private static final String NAMESPACE = "skerry";

    private final Ports ports;
    private final Settings settings;
    private final Map<String, Said> heard = new ConcurrentHashMap<>();
    private volatile Runnable changed = () -> {};

    // of the thread that uses this
    private @Nullable Cluster running;
    private @Nullable NodeRecord own;

    /**
     * What it works with.
     *
     * @param seeds whom to tell first that this node is there; itself is passed over
     * @param document of the cluster that this node is one of
     */
    public record Ports(
            GossipTransport transport, Supplier<Collection<GossipAddress>> seeds, Supplier<byte[]> document) {}

    /**
     * The rhythm. Each node is pinged about ten times in a lease, and is taken off the list when it was silent for
     * about one, longer where there are many nodes.
     *
     * @param lease how long a node stays listed that is silent
     */
    public record Settings(Duration lease) {
        private static final int PINGS = 10;
        private static final int SUSPICION = 5;

        private int pingMillis() {
            return (int) lease.dividedBy(PINGS).toMillis();
        }

        private ClusterConfig config(List<String> seeds) {
            return ClusterConfig.defaultLanConfig()
                    .metadata(new byte[0])
                    .metadataCodec(new Bytes())
                    .failureDetector(
                            detector -> detector.pingInterval(pingMillis()).pingTimeout(pingMillis() / 2))
                    .membership(membership -> membership
                            .namespace(NAMESPACE)
                            .seedMembers(seeds)
                            .suspicionMult(SUSPICION)
                            .syncInterval((int) lease.toMillis()));
        }
    }

    /** What a member says of itself; null while it is not registered. */
    private record Said(@Nullable NodeRecord node) {}

    /** What members say of themselves is bytes already. */
    private static final class Bytes implements MetadataCodec {
        @Override
        public Object deserialize(ByteBuffer buffer) {
            return bytes(buffer);
        }

        @Override
        public ByteBuffer serialize(Object metadata) {
            return ByteBuffer.wrap((byte[]) metadata);
        }
    }

    /** A registry that gossips from when it is first used. */
    public GossipRegistry(Ports ports, Settings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    /** The lease is that of the settings, whatever is asked for. */
    @Override
    public Registration register(NodeRecord node, Duration lease) throws IOException {
        Cluster gossip = gossip();
        Optional<NodeRecord> other = known().filter(known ->
                        known.id().equals(node.id()) && !known.address().equals(node.address()))
                .findFirst();
        if (other.isPresent()) {
            return new Registration.Taken(other.get());
        }
        if (!node.equals(own)) {
            own = node;
            await(gossip.updateMetadata(RecordJson.write(node)));
        }
        requireCompany();
        return new Registration.Listed();
    }

    @Override
    public void leave(NodeId node) throws IOException {
        NodeRecord registered = own;
        if (registered != null && registered.id().equals(node)) {
            stop();
        }
    }

    @Override
    public List<NodeRecord> nodes() throws IOException {
        Cluster _ = gossip();
        requireCompany();
        Map<String, NodeRecord> listed = new TreeMap<>();
        Stream.concat(Stream.ofNullable(own), known())
                .forEach(node -> listed.putIfAbsent(node.id().value(), node));
        return List.copyOf(listed.values());
    }

    @Override
    public void watch(Runnable told) {
        changed = told;
    }

    @Override
    public byte[] document(byte[] ifAbsent) {
        RecordJson.checkedDocument(ifAbsent);
        return ports.document().get();
    }

    @Override
    public Optional<byte[]> document() {
        return Optional.of(ports.document().get());
    }

    /** Leaves too: whoever stops gossiping says so. */
    @Override
    public void close() {
        try {
            stop();
        } catch (IOException e) {
            log.debug("gossip did not end in time", e);
        }
    }

    private Stream<NodeRecord> known() {
        return heard.values().stream().flatMap(said -> Stream.ofNullable(said.node()));
    }

    /** Whom this node may hear of beside itself. */
    private List<String> seeds() {
        return ports.seeds().get().stream()
                .filter(seed -> !seed.node().equals(ports.transport().self().node()))
                .map(GossipAddress::toString)
                .toList();
    }

    private void requireCompany() throws IOException {
        if (heard.isEmpty() && !seeds().isEmpty()) {
            throw new IOException("registry: no other node gossips with this one, of " + seeds());
        }
    }

    /** The gossip, which begins with the first call. */
    private Cluster gossip() throws IOException {
        Cluster begun = running;
        if (begun != null) {
            return begun;
        }
        requireOwnName();
        ClusterImpl begins = new ClusterImpl(settings.config(seeds()))
                .transportFactory(() -> _ -> new SwimTransport(ports.transport()))
                .handler(_ -> new ClusterMessageHandler() {
                    @Override
                    public void onMembershipEvent(MembershipEvent event) {
                        hear(event);
                    }
                });
        try {
            await(begins.start());
        } catch (IOException e) {
            begins.shutdown();
            heard.clear();
            throw e;
        }
        running = begins;
        return begins;
    }

    /** The library wants it and leaves a thread behind where there is none. */
    private static void requireOwnName() throws IOException {
        try {
            InetAddress.getLocalHost();
        } catch (UnknownHostException e) {
            throw new IOException("registry: this machine's own name has no address (expected: one in /etc/hosts)", e);
        }
    }

    private void hear(MembershipEvent event) {
        String member = event.member().id();
        if (event.isRemoved() || event.isLeaving()) {
            heard.remove(member);
        } else {
            heard.put(
                    member,
                    new Said(Optional.ofNullable(event.newMetadata())
                            .flatMap(said -> RecordJson.read(bytes(said)))
                            .orElse(null)));
        }
        changed.run();
    }

    private void stop() throws IOException {
        Cluster ending = running;
        running = null;
        own = null;
        if (ending != null) {
            try {
                ending.shutdown();
                await(ending.onShutdown());
            } finally {
                heard.clear();
            }
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void await(Mono<?> promised) throws IOException {
        Answers.await(promised.then().toFuture(), PATIENCE);
    }
}
