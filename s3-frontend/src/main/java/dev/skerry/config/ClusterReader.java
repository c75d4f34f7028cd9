package dev.skerry.config;

import dev.skerry.config.ClusterSettings.Join;
import dev.skerry.config.ClusterSettings.Node;
import dev.skerry.config.ClusterSettings.RegistryType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts the section {@code cluster} together, and says what of it does not fit. */
final class ClusterReader {
    private final Values values;
    private final boolean given;

    ClusterReader(Values values) {
        this.values = values;
        this.given = ClusterKeys.ALL.stream().anyMatch(key -> !values.get(key).equals(key.fallback()));
    }

    /** The cluster; null where every key of the section has its default. Only where {@link #problems} are none. */
    @Nullable
    ClusterSettings settings() {
        if (!given) {
            return null;
        }
        String secret = values.get(ClusterKeys.SECRET_TEXT);
        return new ClusterSettings(
                values.get(ClusterKeys.NAME),
                values.get(ClusterKeys.NODE_ID).orElse(null),
                address(),
                secret.isEmpty() ? null : secret,
                values.get(ClusterKeys.SECRET_FILE).orElse(null),
                values.get(ClusterKeys.ZONE),
                values.get(ClusterKeys.WEIGHT),
                values.get(ClusterKeys.REPLICAS),
                values.get(ClusterKeys.GROUPS),
                values.get(ClusterKeys.MOVE_PAUSE),
                values.get(ClusterKeys.NODES),
                new Join(
                        values.get(ClusterKeys.JOIN),
                        values.get(ClusterKeys.FOUNDERS),
                        values.get(ClusterKeys.TAKE_OVER)),
                registry(),
                tls());
    }

    /** A line for each thing that is wrong. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (given) {
            checkProof(problems);
            checkNodes(problems);
            checkJoin(problems);
            checkRegistry(problems);
            int groups = values.get(ClusterKeys.GROUPS);
            int slots = values.get(Keys.STORAGE_SLOTS);
            if (groups > slots) {
                problems.add("cluster.groups: " + groups + " (expected: at most storage.slots, which are " + slots
                        + ": a group without a slot holds nothing)");
            }
        }
        return problems;
    }

    private void checkProof(List<String> problems) {
        boolean secret = !values.get(ClusterKeys.SECRET_TEXT).isEmpty();
        boolean file = values.get(ClusterKeys.SECRET_FILE).isPresent();
        long tls = Stream.of(ClusterKeys.TLS_CA, ClusterKeys.TLS_CERTIFICATE, ClusterKeys.TLS_KEY)
                .filter(key -> values.get(key).isPresent())
                .count();
        if (secret && file) {
            problems.add("cluster.secret_file: beside cluster.secret (expected: one of them)");
        }
        if (tls > 0 && tls < 3) {
            problems.add("cluster.tls: incomplete (expected: ca, certificate and key, or none of them)");
        }
        if (tls == 3 && values.get(Keys.TLS_CERTIFICATE).isEmpty()) {
            problems.add("cluster.tls: without tls.certificate and tls.key (expected: both sections, which may name the"
                    + " same files: nodes speak TLS on the port that clients have)");
        }
        if (!secret && !file && tls == 0) {
            problems.add(
                    "cluster.secret_file: missing (expected: a file with a secret of 32 characters or more, the same"
                            + " on every node; or cluster.tls)");
        }
    }

    private void checkNodes(List<String> problems) {
        List<Node> nodes = values.get(ClusterKeys.NODES);
        String id = values.get(ClusterKeys.NODE_ID).orElse(null);
        Node own =
                nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElse(null);
        if (!nodes.isEmpty() && id != null && own == null) {
            problems.add("cluster.node_id: " + id + " (expected: one of cluster.initial_cluster.nodes: "
                    + String.join(", ", nodes.stream().map(Node::id).toList()) + ")");
        }
        HostPort address = values.get(ClusterKeys.ADDRESS).orElse(null);
        if (own != null && address != null && !address.equals(own.address())) {
            problems.add("cluster.address: " + address + " (expected: " + own.address()
                    + ", as cluster.initial_cluster.nodes says of " + own.id() + ")");
        }
        if (nodes.isEmpty() && address() == null) {
            problems.add("cluster.address: missing (expected: " + ReachableAddress.FORM
                    + ", where the others reach this" + " node; listen has none that they could use)");
        }
    }

    private void checkJoin(List<String> problems) {
        Join join = new Join(values.get(ClusterKeys.JOIN), values.get(ClusterKeys.FOUNDERS), false);
        boolean listed = !values.get(ClusterKeys.NODES).isEmpty();
        if (listed && !join.urls().isEmpty()) {
            problems.add("cluster.join: beside cluster.initial_cluster.nodes (expected: one of them: nodes either form"
                    + " a cluster or join one)");
        }
        if (join.founders() > 0 && listed) {
            problems.add("cluster.initial_cluster.size: beside cluster.initial_cluster.nodes (expected: one of them)");
        } else if (join.founders() > 0 && !join.byRegistry()) {
            problems.add("cluster.initial_cluster.size: " + join.founders() + " without a registry that can count"
                    + " them (expected: cluster.join with etcd:// or redis://, by which these nodes find each other; or"
                    + " cluster.initial_cluster.nodes, with which nodes that gossip form a cluster)");
        }
        if (values.get(ClusterKeys.TAKE_OVER) && join.urls().isEmpty()) {
            problems.add("cluster.take_over: true without cluster.join (expected: where to ask for the cluster)");
        }
    }

    private void checkRegistry(List<String> problems) {
        RegistryType type = type();
        RegistryType asked = values.get(ClusterKeys.REGISTRY_TYPE).orElse(type);
        List<String> endpoints = values.get(ClusterKeys.REGISTRY_ENDPOINTS);
        if (asked != type) {
            problems.add("cluster.registry.type: " + name(asked) + " (expected: " + name(type)
                    + ", which cluster.join names)");
        }
        List<String> schemes = schemes(type);
        if (schemes.isEmpty()) {
            if (!endpoints.isEmpty()) {
                problems.add("cluster.registry.endpoints: with the type " + name(type)
                        + " (expected: none; only etcd and redis are asked somewhere)");
            }
            return;
        }
        if (endpoints().isEmpty()) {
            problems.add("cluster.registry.endpoints: missing (expected: where " + name(type) + " answers)");
        }
        for (String endpoint : endpoints) {
            if (RegistryEndpoint.of(endpoint, schemes).isEmpty()) {
                problems.add("cluster.registry.endpoints: " + endpoint + " (expected: HOST:PORT, with "
                        + String.join(" or ", schemes) + " or nothing before it)");
            }
        }
    }

    private @Nullable HostPort address() {
        HostPort listen = values.get(Keys.LISTEN);
        return values.get(ClusterKeys.ADDRESS).orElse(ReachableAddress.is(listen) ? listen : null);
    }

    private RegistryType type() {
        List<JoinUrl> join = values.get(ClusterKeys.JOIN);
        RegistryType asked = values.get(ClusterKeys.REGISTRY_TYPE).orElse(RegistryType.STATIC);
        if (join.isEmpty()) {
            return asked;
        }
        return switch (join.getFirst().scheme()) {
            case CLUSTER -> asked;
            case ETCD -> RegistryType.ETCD;
            case REDIS, REDISS -> RegistryType.REDIS;
        };
    }

    /** Those of the section, and those that are joined by. */
    private List<String> endpoints() {
        List<String> schemes = schemes(type());
        List<String> given = values.get(ClusterKeys.REGISTRY_ENDPOINTS);
        String etcd = given.stream().anyMatch(endpoint -> endpoint.startsWith("https://")) ? "https://" : "http://";
        Stream<String> joined = values.get(ClusterKeys.JOIN).stream().flatMap(url -> switch (url.scheme()) {
            case CLUSTER -> Stream.empty();
            case ETCD -> Stream.of(etcd + url.address());
            case REDIS -> Stream.of("redis://" + url.address());
            case REDISS -> Stream.of("rediss://" + url.address());
        });
        return Stream.concat(
                        given.stream().flatMap(endpoint -> RegistryEndpoint.of(endpoint, schemes).stream()), joined)
                .distinct()
                .toList();
    }

    private static List<String> schemes(RegistryType type) {
        return switch (type) {
            case STATIC, GOSSIP -> List.of();
            case ETCD -> RegistryEndpoint.ETCD;
            case REDIS -> RegistryEndpoint.REDIS;
        };
    }

    private static String name(RegistryType type) {
        return Shape.choice(RegistryType.class).show(type);
    }

    private ClusterSettings.Registry registry() {
        String user = values.get(ClusterKeys.REGISTRY_USER);
        String password = values.get(ClusterKeys.REGISTRY_PASSWORD);
        return new ClusterSettings.Registry(
                type(),
                schemes(type()).isEmpty() ? List.of() : endpoints(),
                user.isEmpty() ? null : user,
                password.isEmpty() ? null : password,
                values.get(ClusterKeys.REGISTRY_LEASE));
    }

    private ClusterSettings.@Nullable NodeTls tls() {
        return values.get(ClusterKeys.TLS_CA)
                .flatMap(ca -> values.get(ClusterKeys.TLS_CERTIFICATE)
                        .flatMap(certificate -> values.get(ClusterKeys.TLS_KEY)
                                .map(key -> new ClusterSettings.NodeTls(ca, certificate, key))))
                .orElse(null);
    }
}
