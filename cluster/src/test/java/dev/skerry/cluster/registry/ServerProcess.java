package dev.skerry.cluster.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server of Debian's, on a port of its own, that can be killed and started again. */
final class ServerProcess {
    private static final int READY_SECONDS = 180;

    private final List<String> command;
    private final int port;
    private final Path output;
    private Process process;

    private ServerProcess(int port, Path folder, List<String> command) throws IOException {
        this.port = port;
        this.command = command;
        this.output = folder.resolve("output");
        this.process = begin();
    }

    static ServerProcess etcd(Path folder) throws IOException {
        int port = freePort();
        String clients = "http://127.0.0.1:" + port;
        String peers = "http://127.0.0.1:" + freePort();
        return new ServerProcess(
                port,
                folder,
                List.of(
                        "etcd",
                        "--data-dir",
                        folder.resolve("data").toString(),
                        "--listen-client-urls",
                        clients,
                        "--advertise-client-urls",
                        clients,
                        "--listen-peer-urls",
                        peers,
                        "--initial-advertise-peer-urls",
                        peers,
                        "--initial-cluster",
                        "default=" + peers));
    }

    static ServerProcess redis(Path folder) throws IOException {
        int port = freePort();
        return new ServerProcess(
                port,
                folder,
                List.of(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--dir",
                        folder.toString()));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = begin();
    }

    private Process begin() throws IOException {
        Process begun;
        try {
            begun = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    command.getFirst() + ": cannot be run (expected: apt install etcd-server redis-server)", e);
        }
        Until.isTrue(READY_SECONDS, command.getFirst() + " answers; it said " + output, () -> {
            if (!begun.isAlive()) {
                throw new IllegalStateException(command.getFirst() + " ended: " + said());
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            } catch (IOException _) {
                return false;
            }
        });
        return begun;
    }

    private String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
