package dev.skerry.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster that a node belongs to.
 *
 * @param name the same on every node
 * @param nodeId who this node is, or null for the id in its data folder
 * @param address where the others reach this node, or null where only {@code nodes} say so; see {@link #addressOf}
 * @param secret what proves to each node that the other belongs to the cluster, or null where a file has it, or none
 * @param secretFile the file with it, or null
 * @param zone what this node shares with others that fail along with it
 * @param weight how much this node takes beside the others
 * @param replicas how many nodes hold a placement group
 * @param groups how many placement groups there are; fixed when the cluster forms
 * @param movePause after each replica that was moved
 * @param nodes those that form the cluster, as this node sees them; empty where it joins one, or is the first
 * @param join how it finds the cluster to join
 * @param tls what nodes prove themselves with beside or in place of the secret, or null
 */
public record ClusterSettings(
        String name,
        @Nullable String nodeId,
        @Nullable HostPort address,
        @Nullable String secret,
        @Nullable Path secretFile,
        String zone,
        int weight,
        int replicas,
        int groups,
        Duration movePause,
        List<Node> nodes,
        Join join,
        Registry registry,
        @Nullable NodeTls tls) {
    public ClusterSettings {
        nodes = List.copyOf(nodes);
    }

    /**
     * A node of those that form the cluster.
     *
     * @param zone what it shares with others that fail along with it
     * @param weight how much it takes beside the others
     */
    public record Node(String id, HostPort address, String zone, int weight) {}

    /**
     * How a node finds the cluster it joins.
     *
     * @param urls where to ask; empty where nodes are listed, or it is the first
     * @param founders how many nodes that ask the same registry form a cluster while there is none; 0 for not at all
     * @param takeOver whether it takes over its id from a node that is down
     */
    public record Join(List<JoinUrl> urls, int founders, boolean takeOver) {
        /** For a node that joins none. */
        public static final Join NONE = new Join(List.of(), 0, false);

        public Join {
            urls = List.copyOf(urls);
        }

        /** Whether a registry is asked, and not a node. */
        public boolean byRegistry() {
            return urls.stream().anyMatch(url -> url.scheme() != JoinUrl.Scheme.CLUSTER);
        }
    }

    /** Who knows which nodes there are. */
    public enum RegistryType {
        /** What the configuration lists, and what those nodes know. */
        STATIC,
        ETCD,
        REDIS,
        /** The nodes themselves, each telling a few others. */
        GOSSIP
    }

    /**
     * The registry.
     *
     * @param endpoints where it answers: {@code http://}, {@code https://}, {@code redis://} or {@code rediss://}
     * @param user to sign in as, or null
     * @param password of that user, or null
     * @param lease how long a node stays listed that is silent
     */
    public record Registry(
            RegistryType type,
            List<String> endpoints,
            @Nullable String user,
            @Nullable String password,
            Duration lease) {
        public Registry {
            endpoints = List.copyOf(endpoints);
        }

        @Override
        public String toString() {
            return "Registry[" + type + ", " + endpoints + ", user=" + user + ", lease=" + lease + "]";
        }
    }

    /** PEM files: those that sign the nodes' certificates, this node's certificate and its private key. */
    public record NodeTls(Path ca, Path certificate, Path key) {}

    /** What the list of nodes says of one. */
    public Optional<Node> node(String id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** Where the others reach this node, which has that id: what the list says of it, else what was given apart. */
    public HostPort addressOf(String ownId) {
        HostPort apart = address;
        return node(ownId)
                .map(Node::address)
                .or(() -> Optional.ofNullable(apart))
                .orElseThrow(() ->
                        new IllegalStateException("node " + ownId + ": no address (expected: one of " + nodes + ")"));
    }

    /** What a person should know before a cluster runs like this; nothing of it stops the start. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (nodes.size() == 2) {
            warnings.add(
                    "cluster.initial_cluster.nodes: two nodes need each other: while either is down, nothing can be"
                            + " read or written (expected: three or more)");
        }
        if (!nodes.isEmpty() && replicas > nodes.size()) {
            warnings.add("cluster.replicas: " + replicas + " of " + nodes.size()
                    + " nodes: there will be one on each until more nodes have joined");
        }
        if (replicas == 2) {
            warnings.add("cluster.replicas: 2 keep the bytes of a node that is lost, but no writes while it is down"
                    + " (expected: 3)");
        }
        return List.copyOf(warnings);
    }

    @Override
    public String toString() {
        return "ClusterSettings[" + name + ", node=" + nodeId + ", nodes=" + nodes + ", join=" + join + ", " + registry
                + "]";
    }
}
