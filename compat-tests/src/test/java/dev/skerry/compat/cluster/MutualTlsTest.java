package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.cluster.peer.TestAuthority;
import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.FreePorts;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Nodes that know each other by certificates alone, on the port where clients show none. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class MutualTlsTest {
    private static final String BUCKET = "certified";
    private static final Duration SOON = Duration.ofMinutes(5);
    private static final String OF_NODES = "nodes.skerry.invalid";
    private static final String TAKEN_UP = "cluster.tls: nodes are shown the certificate";

    private final TestAuthority ofClients = new TestAuthority("clients");
    private final TestAuthority first = new TestAuthority("first");
    private final TestAuthority second = new TestAuthority("second");
    private final Map<String, NodeFiles> files = new TreeMap<>();
    private final List<SkerryServer> servers = new ArrayList<>();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean enough = new AtomicBoolean();

    @Test
    void nodesKnowEachOtherByCertificatesThatChangeWhileClientsWrite(ServerLab lab) throws Throwable {
        Path folder = Files.createDirectories(lab.path("certificates"));
        Path truststore = NodeFiles.trustStore(folder.resolve("clients.p12"), ofClients);
        startThree(lab, folder);
        try (S3Client client = client(servers.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        strangers();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (SkerryServer server : List.copyOf(servers)) {
                    writers.execute(() -> write(server));
                }
                renew();
            } finally {
                enough.set(true);
            }
        }
        assertThat(failed).isEmpty();
        assertThat(acknowledged).hasSizeGreaterThan(10);
        SkerryServer fourth = joining(lab, folder, "d", second, second).start();
        stranger(lab, folder);
        try (S3Client client = client(fourth)) {
            for (String key : acknowledged) {
                assertThat(client.getObjectAsBytes(
                                        request -> request.bucket(BUCKET).key(key))
                                .asUtf8String())
                        .isEqualTo(key);
            }
        }
        Eventually.holds(SOON, () -> {
            Command status = status(fourth, truststore);
            assertThat(status.exit()).as(status.text()).isZero();
            assertThat(status.text()).containsPattern("(?m)^d +127\\.0\\.0\\.1:\\d+ .* up ");
        });
    }

    private void startThree(ServerLab lab, Path folder) throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        ClusterLab.names(3).forEach(name -> ports.put(name, FreePorts.take()));
        Map<String, String> addresses = ports.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, port -> "127.0.0.1:" + port.getValue()));
        for (String name : ClusterLab.names(3)) {
            NodeFiles own = NodeFiles.in(folder, name).trust(first).show(first.issue(name));
            files.put(name, own);
            List<String> yaml = new ArrayList<>(ClusterLab.membership(name, addresses));
            yaml.removeIf(line -> line.contains("secret:"));
            yaml.add(own.yaml());
            servers.add(server(lab, folder, name, ports.getOrDefault(name, 0), yaml));
        }
        ClusterLab.start(servers);
    }

    /** Its clients are shown a certificate of an authority that knows nothing of nodes. */
    private SkerryServer server(ServerLab lab, Path folder, String name, int port, List<String> yaml)
            throws IOException {
        TestAuthority.Issued shown = ofClients.issue("localhost");
        Path certificate = Files.writeString(folder.resolve(name + "-tls.pem"), shown.certificate());
        Path key = Files.writeString(folder.resolve(name + "-tls-key.pem"), shown.key());
        return lab.server(Settings.of(lab.path("node-" + name))
                .withPort(port)
                .withTls(certificate, key)
                .withYaml(yaml.toArray(String[]::new)));
    }

    private SkerryServer joining(ServerLab lab, Path folder, String name, TestAuthority believed, TestAuthority signer)
            throws IOException {
        NodeFiles own = NodeFiles.in(folder, name).trust(believed, signer).show(signer.issue(name));
        int port = FreePorts.take();
        return server(
                lab,
                folder,
                name,
                port,
                List.of(
                        "cluster:",
                        "  name: tests",
                        "  node_id: " + name,
                        "  address: 127.0.0.1:" + port,
                        "  join: ['cluster://127.0.0.1:" + servers.getFirst().s3Port() + "']",
                        own.yaml()));
    }

    private S3Client client(SkerryServer server) {
        try {
            return Sdk.retrying(server, NodeFiles.trusting(ofClients).getTrustManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** They are told so, and counted. */
    private void strangers() throws Throwable {
        SkerryServer asked = servers.getFirst();
        assertThat(said(asked, ofClients, List.of(), List.of()))
                .startsWith("HTTP/1.1 403")
                .contains("\"code\":\"uncertified\"");
        assertThat(said(asked, first, List.of(OF_NODES), List.of())).contains("\"code\":\"uncertified\"");
        assertThat(said(asked, first, List.of(OF_NODES), List.of(second.issue("b"))))
                .contains("\"code\":\"foreign\"");
        assertThat(said(asked, first, List.of(OF_NODES), List.of(first.issue("c"))))
                .as("of another cluster, but one of this authority")
                .contains("\"code\":\"cluster\"");
        assertThat(refused(asked, "uncertified")).isEqualTo(2);
        assertThat(refused(asked, "foreign")).isEqualTo(1);
        assertThat(String.join("\n", asked.log())).contains("reason=uncertified: no certificate was shown");
        assertThat(number(asked, "skerry_internal_certificate_remaining_seconds"))
                .isBetween(28.0 * 86_400, 30.0 * 86_400);
    }

    /** What the server answers to a call that looks like one of a node. */
    private static String said(
            SkerryServer server, TestAuthority believed, List<String> names, List<TestAuthority.Issued> shown)
            throws IOException, GeneralSecurityException {
        return exchange(
                (SSLSocket) NodeFiles.sockets(believed, shown)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), server.s3Port()),
                names,
                String.join(
                        "\r\n",
                        "POST /_/internal/v1/call/raft-vote HTTP/1.1",
                        "Host: x",
                        "Content-Length: 0",
                        "Skerry-Proof: 2 tests b a 0",
                        "",
                        ""));
    }

    private static String exchange(SSLSocket socket, List<String> names, String request) throws IOException {
        try (socket) {
            socket.setSoTimeout(120_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(names.stream().map(SNIHostName::new).collect(Collectors.toList()));
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private double refused(SkerryServer server, String reason) throws IOException, GeneralSecurityException {
        return number(server, "skerry_internal_refused_total\\{[^}]*reason=\"" + reason + "\"[^}]*}");
    }

    private double number(SkerryServer server, String series) throws IOException, GeneralSecurityException {
        String page = exchange(
                (SSLSocket) NodeFiles.sockets(ofClients, List.of())
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), server.s3Port()),
                List.of(),
                "GET /_/metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Matcher number = Pattern.compile("(?m)^" + series + " ([0-9.E]+)").matcher(page);
        assertThat(number.find()).as(page).isTrue();
        return Double.parseDouble(number.group(1));
    }

    private void write(SkerryServer server) {
        try (S3Client client = client(server)) {
            for (int number = 0; !enough.get(); number++) {
                String key = server.s3Port() + "/" + number;
                try {
                    client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(key));
                    acknowledged.add(key);
                } catch (SdkException e) {
                    failed.add(key + ": " + e);
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    /** Both authorities are believed, then the new one signs, then it alone is believed. */
    private void renew() throws Throwable {
        double before = refusedByAll("foreign");
        for (NodeFiles each : files.values()) {
            each.trust(first, second);
        }
        awaitTakenUp(1);
        for (Map.Entry<String, NodeFiles> each : files.entrySet()) {
            each.getValue().show(second.issue(each.getKey()));
        }
        awaitTakenUp(2);
        for (NodeFiles each : files.values()) {
            each.trust(second);
        }
        awaitTakenUp(3);
        int sofar = acknowledged.size();
        Eventually.holds(SOON, () -> assertThat(acknowledged).hasSizeGreaterThan(sofar + 10));
        assertThat(refusedByAll("foreign")).isEqualTo(before);
        assertThat(said(servers.getFirst(), second, List.of(OF_NODES), List.of(first.issue("b"))))
                .as("what the former authority signed")
                .contains("\"code\":\"foreign\"");
    }

    private double refusedByAll(String reason) throws IOException, GeneralSecurityException {
        double sum = 0;
        for (SkerryServer server : servers) {
            sum += refused(server, reason);
        }
        return sum;
    }

    private void awaitTakenUp(int times) throws Throwable {
        for (SkerryServer server : servers) {
            Eventually.holds(
                    SOON,
                    () -> assertThat(server.log().stream().filter(line -> line.contains(TAKEN_UP)))
                            .hasSizeGreaterThanOrEqualTo(times));
        }
    }

    /** Nobody lets it in, and it says why. */
    private void stranger(ServerLab lab, Path folder) throws IOException {
        SkerryServer stranger = joining(lab, folder, "e", second, first);
        assertThat(stranger.startExpectingExit()).isEqualTo(1);
        assertThat(stranger.tail(5))
                .contains("the certificate is not believed here")
                .doesNotContain("\tat ");
    }

    private static Command status(SkerryServer server, Path truststore) {
        return Command.run(
                Map.of(
                        "SKERRY_JAVA_OPTS",
                        "-Djavax.net.ssl.trustStore=" + truststore + " -Djavax.net.ssl.trustStorePassword="
                                + NodeFiles.password()),
                "cluster",
                "status",
                "--server",
                server.s3().toString(),
                "--set",
                "root_access_key=" + SkerryServer.ACCESS_KEY,
                "--set",
                "root_secret_key=" + SkerryServer.SECRET_KEY);
    }
}
