package dev.skerry.compat.cluster;

import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Debian's etcd or Redis, on a port of its own, which can be killed and begin anew with nothing. */
final class RegistryServer implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(3);

    private final String scheme;
    private final int port = FreePorts.take();
    private final int other = FreePorts.take();
    private final Path folder;
    private Process process;

    private RegistryServer(String scheme, Path folder) throws Throwable {
        this.scheme = scheme;
        this.folder = folder;
        this.process = begin();
    }

    static RegistryServer etcd(Path folder) throws Throwable {
        return new RegistryServer("etcd", folder);
    }

    static RegistryServer redis(Path folder) throws Throwable {
        return new RegistryServer("redis", folder);
    }

    /** As {@code cluster.join} names it. */
    String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again; what it knew is gone. */
    void beginAnew() throws Throwable {
        process = begin();
    }

    private Process begin() throws Throwable {
        Path data = Files.createTempDirectory(Files.createDirectories(folder), "data");
        Process begun = new ProcessBuilder(scheme.equals("etcd") ? etcdCommand(data) : redisCommand(data))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        Eventually.holds(READY, () -> {
            Assertions.assertThat(begun.isAlive())
                    .as(() -> scheme + " ended (expected: apt install etcd-server redis-server), see " + folder)
                    .isTrue();
            Assertions.assertThat(answers()).as(scheme + " answers").isTrue();
        });
        return begun;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private List<String> etcdCommand(Path data) {
        String clients = "http://127.0.0.1:" + port;
        String peers = "http://127.0.0.1:" + other;
        return List.of(
                "etcd",
                "--data-dir=" + data,
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers);
    }

    private List<String> redisCommand(Path data) {
        return List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                data.toString());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
