package dev.skerry.compat.server;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What servers are told so that they form a cluster, and how several are started at once. */
public final class ClusterLab {
    /** Who starts several servers has the machine for itself and for tests that start one. */
    public static final String MACHINE = "several servers";

    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final String SECRET = "a-secret-of-tests-and-of-no-other-cluster";

    private ClusterLab() {}

    /** Names for so many nodes. */
    public static List<String> names(int count) {
        return NAMES.subList(0, count);
    }

    /**
     * The lines that a node's configuration has.
     *
     * @param name the node's own
     * @param addresses where it reaches the nodes, itself too
     */
    public static List<String> membership(String name, Map<String, String> addresses) {
        List<String> yaml = new ArrayList<>(List.of(
                "cluster:",
                "  name: tests",
                "  node_id: " + name,
                "  secret: " + SECRET,
                "  initial_cluster:",
                "    nodes:"));
        new TreeMap<>(addresses)
                .forEach((other, address) -> yaml.add("      - {id: " + other + ", address: '" + address + "'}"));
        return yaml;
    }

    /** Where the nodes of a cluster reach each other without detours, by their names. */
    public static Map<String, String> addresses(List<SkerryServer> servers) {
        Map<String, String> addresses = new TreeMap<>();
        for (int i = 0; i < servers.size(); i++) {
            addresses.put(NAMES.get(i), "127.0.0.1:" + servers.get(i).s3().getPort());
        }
        return addresses;
    }

    /** The servers of a cluster whose nodes reach each other without detours, not started. */
    public static List<SkerryServer> servers(ServerLab lab, int count) {
        return servers(lab, count, List.of());
    }

    /** The same with more lines in the configuration of each. */
    public static List<SkerryServer> servers(ServerLab lab, int count, List<String> more) {
        Map<String, Integer> ports = new TreeMap<>();
        Map<String, String> addresses = new TreeMap<>();
        for (String name : names(count)) {
            int port = FreePorts.take();
            ports.put(name, port);
            addresses.put(name, "127.0.0.1:" + port);
        }
        List<SkerryServer> servers = new ArrayList<>();
        ports.forEach((name, port) -> {
            Path data = lab.path("node-" + name);
            List<String> yaml = new ArrayList<>(membership(name, addresses));
            yaml.addAll(more);
            servers.add(lab.server(Settings.of(data).withPort(port).withYaml(yaml.toArray(String[]::new))));
        });
        return servers;
    }

    /** The servers of a cluster whose nodes are told of a registry and of no other node, not started. */
    public static List<SkerryServer> meeting(ServerLab lab, RegistryServer registry, List<String> names, int founders) {
        return names.stream()
                .map(name -> {
                    int port = FreePorts.take();
                    List<String> yaml = new ArrayList<>(meeting(name, port, registry, founders));
                    yaml.add("  secret: " + SECRET);
                    return lab.server(
                            Settings.of(lab.path("node-" + name)).withPort(port).withYaml(yaml.toArray(String[]::new)));
                })
                .toList();
    }

    /**
     * The lines of a node that is told of a registry and of no other node, but for what proves who it is.
     *
     * @param founders so many that look at the same time form the cluster
     */
    public static List<String> meeting(String name, int port, RegistryServer registry, int founders) {
        return List.of(
                "cluster:",
                "  name: tests",
                "  node_id: " + name,
                "  address: 127.0.0.1:" + port,
                "  join: ['" + registry.url() + "']",
                "  registry: {lease: 30s}", // so that a machine that is busy takes nobody off the list
                "  initial_cluster: {size: " + founders + "}");
    }

    /** What a node is told that is the first of a cluster, and alone in it until others join. */
    public static Settings first(Settings alone, String name) {
        return alone.withYaml(
                "cluster:",
                "  name: tests",
                "  node_id: " + name,
                "  secret: " + SECRET,
                "  address: 127.0.0.1:" + alone.port());
    }

    /**
     * A server that asks the others to be let in, not started.
     *
     * @param change what its configuration says otherwise, line by line
     */
    public static SkerryServer joining(
            ServerLab lab, String name, List<SkerryServer> seeds, UnaryOperator<String> change) {
        int port = FreePorts.take();
        List<String> yaml = Stream.of(
                        "cluster:",
                        "  name: tests",
                        "  node_id: " + name,
                        "  secret: " + SECRET,
                        "  address: 127.0.0.1:" + port,
                        "  join: ["
                                + seeds.stream()
                                        .map(seed -> "'cluster://127.0.0.1:"
                                                + seed.s3().getPort() + "'")
                                        .collect(Collectors.joining(", "))
                                + "]")
                .map(change)
                .toList();
        return lab.server(
                Settings.of(lab.path("joining-" + port)).withPort(port).withYaml(yaml.toArray(String[]::new)));
    }

    /** Starts them at once, because one alone may have to wait for the others. */
    public static void start(List<SkerryServer> servers) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<SkerryServer>> starting = new ArrayList<>();
            servers.forEach(server -> starting.add(threads.submit(server::start)));
            for (Future<SkerryServer> started : starting) {
                started.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a node did not start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while nodes started", e);
        }
    }

    /** Where clients reach them. */
    public static List<URI> urls(List<SkerryServer> servers) {
        return servers.stream().map(SkerryServer::s3).toList();
    }
}
