package dev.skerry.compat.faults;

import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.FreePorts;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The servers under test, by name, and the links over which they and the clients speak to each other. */
public final class Nodes implements AutoCloseable {
    /** Room for what the clients write while nothing is collected yet. */
    private static final String DISK = "512m";

    /** Collection is at work all the time, and its grace is longer than any fault. */
    private static final List<String> UPKEEP = List.of(
            "gc:", "  interval: 2s", "  grace: 20s", "  tombstone_retention: 20s", "storage:", "  reserve: 8MiB");

    private final Network network = new Network();
    private final Map<String, Node> byName = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();

    private Nodes() {}

    /**
     * One server without a cluster.
     *
     * @param data takes a folder for it
     */
    static Nodes single(ServerLab lab, Path data) {
        Nodes nodes = new Nodes();
        nodes.add(lab, "a", FreePorts.take(), data, UPKEEP);
        return nodes;
    }

    /**
     * Servers that know nothing of each other, which no client may take for one store.
     *
     * @param data takes a folder for each
     */
    static Nodes strangers(ServerLab lab, int count, Path data) {
        Nodes nodes = new Nodes();
        ClusterLab.names(count).forEach(name -> nodes.add(lab, name, FreePorts.take(), data, UPKEEP));
        return nodes;
    }

    /**
     * A cluster, not started. Each node knows the others by links of its own.
     *
     * @param data takes a folder for each node
     */
    public static Nodes cluster(ServerLab lab, int count, Path data) {
        return cluster(lab, count, data, Map.of());
    }

    /**
     * The same with more in the environment of each node.
     *
     * @param data takes a folder for each node
     */
    static Nodes cluster(ServerLab lab, int count, Path data, Map<String, String> environment) {
        Nodes nodes = new Nodes();
        nodes.environment.putAll(environment);
        List<String> names = ClusterLab.names(count);
        Map<String, Integer> ports = new TreeMap<>();
        names.forEach(name -> ports.put(name, FreePorts.take()));
        ports.forEach((name, port) -> {
            nodes.add(lab, name, port, data, nodes.membership(name, ports));
        });
        return nodes;
    }

    /** What a node's configuration says, which knows the others by links of its own. */
    private List<String> membership(String name, Map<String, Integer> ports) {
        Map<String, String> addresses = new TreeMap<>();
        ports.forEach((other, port) -> addresses.put(
                other,
                other.equals(name)
                        ? "127.0.0.1:" + port
                        : network.link(name, other, port).address()));
        List<String> yaml = new ArrayList<>(UPKEEP);
        yaml.addAll(ClusterLab.membership(name, addresses));
        return yaml;
    }

    private void add(ServerLab lab, String name, int port, Path data, List<String> yaml) {
        Path folder = data.resolve(name);
        SmallDisk disk = SmallDisk.on(folder, DISK).orElse(null);
        Sabotage sabotage = Sabotage.in(data.resolve(name + "-sabotage")).orElse(null);
        Settings configured = Settings.of(folder.resolve("data")).withPort(port).withYaml(yaml.toArray(String[]::new));
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            configured = configured.withEnvironment(variable.getKey(), variable.getValue());
        }
        SkerryServer server = lab.server(sabotage == null ? configured : sabotage.loadedBy(configured));
        Link clients = network.link(Network.CLIENTS, name, server.s3Port());
        URI url = URI.create("http://" + clients.address());
        byName.put(name, new Node(name, server, url, new Node.Means(disk, sabotage)));
    }

    List<Node> all() {
        return List.copyOf(byName.values());
    }

    /** Where clients reach the nodes. */
    public List<URI> urls() {
        return byName.values().stream().map(Node::url).toList();
    }

    Network network() {
        return network;
    }

    /** One client's way to each node. */
    List<NodeClient> clients(Values values, Surprises surprises) {
        return all().stream()
                .map(node -> new NodeClient(node.name(), node.url(), values, surprises))
                .toList();
    }

    /** Starts those that do not run, at once, because one alone may have to wait for the others. */
    public void start() {
        ClusterLab.start(all().stream()
                .map(Node::server)
                .filter(server -> !server.isRunning())
                .toList());
    }

    @Override
    public void close() {
        network.close();
        for (Node node : all()) {
            node.server().close();
            SmallDisk disk = node.means().disk();
            if (disk != null) {
                disk.close();
            }
        }
    }
}
