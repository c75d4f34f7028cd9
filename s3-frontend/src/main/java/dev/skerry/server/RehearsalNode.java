package dev.skerry.server;

import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import dev.skerry.config.SettingsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** One server of a {@link Rehearsal}, alone or a node of a cluster, in a thread of its own until it is told to stop. */
final class RehearsalNode {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String CLUSTER_SECRET = "rehearsalrehearsalrehearsalrehearsal";

    private final StopSignals signals = StopSignals.unheard();
    private final CompletableFuture<Assembly> ready = new CompletableFuture<>();
    private final Thread thread;

    private RehearsalNode(Settings settings, String version, Consumer<RuntimeException> failed) {
        thread = Thread.ofPlatform().name("rehearsal-node").unstarted(() -> {
            try {
                Server.run(settings, version, signals, ready::complete);
            } catch (InterruptedException | RuntimeException | Error failure) {
                ready.completeExceptionally(failure);
                failed.accept(told(failure));
            }
        });
    }

    /** Begins to start a server with these settings; {@code failed} hears why it could not, or ended otherwise. */
    static RehearsalNode start(Settings settings, String version, Consumer<RuntimeException> failed) {
        RehearsalNode node = new RehearsalNode(settings, version, failed);
        node.thread.start();
        return node;
    }

    /**
     * What as many servers are to be told: one is alone, several form a cluster.
     *
     * @param data of one; of several each has its own below it
     * @param common what all are told
     */
    static List<Settings> settings(Path data, int count, Map<String, String> common) {
        Map<String, String> flags = new LinkedHashMap<>(common);
        flags.put("native_listen", LOOPBACK + ":0");
        if (count == 1) {
            flags.put("data", data.toString());
            flags.put("listen", LOOPBACK + ":0");
            return List.of(read(flags));
        }
        List<Integer> ports = freePorts(count);
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add("{id: " + name(i) + ", address: '" + LOOPBACK + ":" + ports.get(i) + "'}");
        }
        flags.put("cluster.secret", CLUSTER_SECRET);
        flags.put("cluster.initial_cluster.nodes", nodes.toString());
        List<Settings> settings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            flags.put("cluster.node_id", name(i));
            flags.put("data", data.resolve(name(i)).toString());
            flags.put("listen", LOOPBACK + ":" + ports.get(i));
            settings.add(read(flags));
        }
        return settings;
    }

    private static String name(int number) {
        return "node-" + number;
    }

    private static Settings read(Map<String, String> flags) {
        return SettingsReader.read(null, Map.of(), flags).settings();
    }

    /** Nodes must know each other's before they listen; all are open at once, so that each is another one. */
    private static List<Integer> freePorts(int count) {
        List<ServerSocket> open = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                open.add(new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK)));
            }
            return open.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        } finally {
            open.forEach(RehearsalNode::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a port stays taken", e);
        }
    }

    /** Where it answers, once it does; throws what kept it from it. */
    HostPort awaitReady() throws InterruptedException {
        try {
            return ready.get().s3Address();
        } catch (ExecutionException failed) {
            throw told(failed.getCause() == null ? failed : failed.getCause());
        }
    }

    /** Acts as a signal does; it need not be ready yet. */
    void tellToStop() {
        signals.received();
    }

    /** Returns once it has ended. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    private static RuntimeException told(Throwable failure) {
        return failure instanceof RuntimeException plain
                ? plain
                : new IllegalStateException("the rehearsal failed: " + failure, failure);
    }
}
