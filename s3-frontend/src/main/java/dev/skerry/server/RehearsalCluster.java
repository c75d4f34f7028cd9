package dev.skerry.server;

import dev.skerry.config.SettingsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** Three nodes in this process that are a cluster, for {@link Rehearsal}. */
final class RehearsalCluster implements AutoCloseable {
    private static final List<String> NAMES = List.of("a", "b", "c");

    private final List<Assembly> nodes = new ArrayList<>();

    private RehearsalCluster() {}

    /**
     * Starts them on folders whose names begin as {@code data} does; when this returns they serve.
     *
     * @param flags what they are told besides, by key name
     * @param stopping whether to give up while they wait for each other
     */
    static RehearsalCluster start(Path data, Map<String, String> flags, String version, BooleanSupplier stopping)
            throws InterruptedException {
        Map<String, Integer> ports = freePorts();
        RehearsalCluster cluster = new RehearsalCluster();
        boolean whole = false;
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("rehearsal-node-", 0).factory())) {
            List<Future<Assembly>> starting = new ArrayList<>();
            for (String name : NAMES) {
                Path folder = data.resolveSibling(data.getFileName() + "-" + name);
                Path file = configuration(folder, name, ports);
                Map<String, String> own = new HashMap<>(flags);
                own.put("data", folder.toString());
                own.put("listen", address(ports, name));
                starting.add(threads.submit(() ->
                        Assembly.start(SettingsReader.read(file, Map.of(), own).settings(), version, stopping)));
            }
            cluster.take(starting);
            whole = true;
        } finally {
            if (!whole) {
                cluster.close();
            }
        }
        return cluster;
    }

    private void take(List<Future<Assembly>> starting) throws InterruptedException {
        IllegalStateException failure = null;
        for (Future<Assembly> started : starting) {
            try {
                nodes.add(started.get());
            } catch (ExecutionException e) {
                failure = new IllegalStateException("a node of the rehearsal did not start: " + e.getCause(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Ports that were free a moment ago: the nodes have to know each other's before they listen. */
    private static Map<String, Integer> freePorts() {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            Map<String, Integer> ports = new HashMap<>();
            for (String name : NAMES) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.put(name, socket.getLocalPort());
            }
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String address(Map<String, Integer> ports, String name) {
        return "127.0.0.1:" + ports.get(name);
    }

    private static Path configuration(Path folder, String name, Map<String, Integer> ports) {
        List<String> lines = new ArrayList<>(List.of(
                "cluster:",
                "  name: rehearsal",
                "  node_id: " + name,
                "  secret: rehearsal-rehearsal-rehearsal-rehearsal",
                "  initial_cluster:",
                "    nodes:"));
        NAMES.forEach(each -> lines.add("      - {id: " + each + ", address: '" + address(ports, each) + "'}"));
        try {
            Path file = folder.resolveSibling(folder.getFileName() + ".yaml");
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of them; {@code number} counts round. */
    Assembly get(int number) {
        return nodes.get(number % nodes.size());
    }

    @Override
    public void close() {
        nodes.forEach(Assembly::close);
    }
}
