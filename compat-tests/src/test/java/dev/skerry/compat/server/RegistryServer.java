package dev.skerry.compat.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;

/**
 * Debian's etcd or Redis, on a port of its own, which can be killed and begin anew with nothing. Ends with the run at
 * the latest.
 */
public final class RegistryServer {
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

    /** An etcd that answers, with its data and what it prints in a folder that need not be there. */
    static RegistryServer etcd(Path folder) throws Throwable {
        return new RegistryServer("etcd", folder);
    }

    /** The same of Redis. */
    static RegistryServer redis(Path folder) throws Throwable {
        return new RegistryServer("redis", folder);
    }

    /** As {@code cluster.join} names it. */
    public String url() {
        return scheme + "://127.0.0.1:" + port;
    }

    /** Takes it away (SIGKILL). */
    public void kill() throws InterruptedException {
        ChildProcesses.destroy(process);
        process.waitFor();
    }

    /** Starts it again; what it knew is gone. */
    public void beginAnew() throws Throwable {
        process = begin();
    }

    private Process begin() throws Throwable {
        Path data = Files.createTempDirectory(Files.createDirectories(folder), "data");
        Path output = folder.resolve("output");
        Process begun =
                ChildProcesses.add(new ProcessBuilder(scheme.equals("etcd") ? etcdCommand(data) : redisCommand(data))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start());
        Eventually.holds(READY, () -> {
            if (!begun.isAlive()) {
                throw new IllegalStateException(
                        scheme + " ended with " + begun.exitValue() + ", said\n" + Files.readString(output));
            }
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

    /** Kills it and waits until it is gone, so that its folder may be removed. */
    void close() {
        ChildProcesses.destroy(process);
        process.onExit().join();
    }
}
