package dev.skerry.config;

import dev.skerry.config.ClusterSettings.Node;
import dev.skerry.config.ClusterSettings.RegistryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every key of the section {@code cluster}; a node where all of them have their defaults is a single one. */
final class ClusterKeys {
    /** Keys of an older program that nobody needs any more, each with what is in its place. */
    static final Map<String, String> REMOVED = Map.of(
            "registry.gossip.bind_addr", Removed.HINT,
            "registry.gossip.advertise_addr", Removed.HINT,
            "cluster.registry.gossip.bind_addr", Removed.HINT,
            "cluster.registry.gossip.advertise_addr", Removed.HINT);

    static final String SECRET_FORM = "32 to 1024 printable characters";
    private static final int MAX_FOUNDERS = 16;
    private static final String SECRET = "[\\x21-\\x7e]{32,1024}";

    static final Key<String> NAME = Key.of(
            "cluster.name",
            "skerry",
            Shape.text(ClusterNodes.ID, ClusterNodes.ID_FORM),
            "of the cluster, the same on every node");
    static final Key<Optional<String>> NODE_ID = Key.of(
            "cluster.node_id",
            Optional.empty(),
            Shape.orAuto(Shape.text(ClusterNodes.ID, ClusterNodes.ID_FORM)),
            "who this node is; auto: the id in its data folder");
    static final Key<Optional<HostPort>> ADDRESS = Key.of(
            "cluster.address",
            Optional.empty(),
            Shape.orAuto(ReachableAddress.shape()),
            "where the others reach this node; auto: what initial_cluster says, or listen");
    static final Key<String> SECRET_TEXT = Key.secret(
            "cluster.secret",
            "",
            Shape.secret(SECRET, SECRET_FORM),
            "what the nodes of the cluster know each other by");
    static final Key<Optional<Path>> SECRET_FILE =
            Key.of("cluster.secret_file", Optional.empty(), Shape.orOff(Shape.path()), "the file with it, or off");
    static final Key<String> ZONE = Key.of(
            "cluster.zone",
            ClusterNodes.DEFAULT_ZONE,
            ClusterNodes.zone(),
            "what this node shares with others that fail along with it, where it is not listed");
    static final Key<Integer> WEIGHT = Key.of(
            "cluster.weight", 1, ClusterNodes.weight(), "how much it takes beside the others, where it is not listed");
    static final Key<Integer> REPLICAS =
            Key.of("cluster.replicas", 3, Shape.number(1, 7), "how many nodes hold each object");
    static final Key<Integer> GROUPS =
            Key.of("cluster.groups", 3, Shape.number(1, 64), "placement groups; fixed when the cluster forms");
    static final Key<Duration> MOVE_PAUSE = Key.of(
            "cluster.move_pause",
            Duration.ofSeconds(2),
            Shape.duration(Duration.ZERO, Duration.ofHours(24)),
            "after each replica that was moved to another node");
    static final Key<List<JoinUrl>> JOIN =
            Key.of("cluster.join", List.of(), new JoinUrls(), "where to ask for the cluster to join");
    static final Key<Boolean> TAKE_OVER = Key.of(
            "cluster.take_over",
            false,
            Shape.flag(),
            "whether a node that joins takes over the id of one that is down; for one start");
    static final Key<List<Node>> NODES = Key.of(
            "cluster.initial_cluster.nodes", List.of(), new ClusterNodes(), "those that form the cluster together");
    static final Key<Integer> FOUNDERS = Key.of(
            "cluster.initial_cluster.size",
            0,
            Shape.number(0, MAX_FOUNDERS),
            "how many nodes that join by the same registry form the cluster, while there is none; 0: they wait for one");
    static final Key<Optional<RegistryType>> REGISTRY_TYPE = Key.of(
            "cluster.registry.type",
            Optional.empty(),
            Shape.orAuto(Shape.choice(RegistryType.class)),
            "how nodes find each other; auto: what join says, or static");
    static final Key<List<String>> REGISTRY_ENDPOINTS = Key.of(
            "cluster.registry.endpoints",
            List.of(),
            Shape.list(Shape.scalar(
                    "HOST:PORT, or with http://, https://, redis:// or rediss:// before it", RegistryEndpoint::parse)),
            "where etcd or redis answers");
    static final Key<String> REGISTRY_USER = Key.of(
            "cluster.registry.user",
            "",
            Shape.text("|[\\x21-\\x7e]{1,128}", "a name without blanks, or nothing"),
            "to sign in to it as");
    static final Key<String> REGISTRY_PASSWORD = Key.secret(
            "cluster.registry.password",
            "",
            Shape.secret("[\\x20-\\x7e]{1,1024}", "1 to 1024 printable characters"),
            "of that user");
    static final Key<Duration> REGISTRY_LEASE = Key.of(
            "cluster.registry.lease",
            Duration.ofSeconds(10),
            Shape.duration(Duration.ofSeconds(2), Duration.ofHours(1)),
            "how long a node stays listed there that is silent");
    static final Key<Optional<Path>> TLS_CA = Key.of(
            "cluster.tls.ca",
            Optional.empty(),
            Shape.orOff(Shape.path()),
            "a PEM file with the certificates that sign those of nodes, or off");
    static final Key<Optional<Path>> TLS_CERTIFICATE = Key.of(
            "cluster.tls.certificate",
            Optional.empty(),
            Shape.orOff(Shape.path()),
            "a PEM file with this node's certificate, or off");
    static final Key<Optional<Path>> TLS_KEY = Key.of(
            "cluster.tls.key", Optional.empty(), Shape.orOff(Shape.path()), "a PEM file with its private key, or off");

    /** In the order they are shown. */
    static final List<Key<?>> ALL = List.of(
            NAME,
            NODE_ID,
            ADDRESS,
            SECRET_TEXT,
            SECRET_FILE,
            ZONE,
            WEIGHT,
            REPLICAS,
            GROUPS,
            MOVE_PAUSE,
            JOIN,
            TAKE_OVER,
            FOUNDERS,
            NODES,
            REGISTRY_TYPE,
            REGISTRY_ENDPOINTS,
            REGISTRY_USER,
            REGISTRY_PASSWORD,
            REGISTRY_LEASE,
            TLS_CA,
            TLS_CERTIFICATE,
            TLS_KEY);

    private ClusterKeys() {}

    /** Texts of keys that are gone; a class of its own, because constants are set in their order. */
    private static final class Removed {
        static final String HINT = "gossip has no address of its own, it goes over the node's port"
                + " (expected: the addresses in cluster.initial_cluster.nodes[])";
    }
}
