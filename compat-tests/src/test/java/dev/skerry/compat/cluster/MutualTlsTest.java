package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.cluster.peer.TestAuthority;
import dev.skerry.compat.operate.Command;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.FreePorts;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
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

    private final TestAuthority first = new TestAuthority("first");
    private final TestAuthority second = new TestAuthority("second");
    private final Map<String, NodeFiles> files = new TreeMap<>();
    private final List<SkerryServer> servers = new ArrayList<>();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean enough = new AtomicBoolean();

    @Test
    void nodesKnowEachOtherByCertificatesThatChangeWhileClientsWrite(ServerLab lab) throws Throwable {
        CertifiedNodes nodes = new CertifiedNodes(lab);
        startThree(nodes);
        try (S3Client client = nodes.client(servers.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        strangers(nodes.ofClients());
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (SkerryServer server : List.copyOf(servers)) {
                    writers.execute(() -> write(nodes, server));
                }
                renew(nodes);
            } finally {
                enough.set(true);
            }
        }
        assertThat(failed).isEmpty();
        assertThat(acknowledged).hasSizeGreaterThan(10);
        SkerryServer fourth = joining(nodes, "d", second, second).start();
        stranger(nodes);
        try (S3Client client = nodes.client(fourth)) {
            for (String key : acknowledged) {
                assertThat(client.getObjectAsBytes(
                                        request -> request.bucket(BUCKET).key(key))
                                .asUtf8String())
                        .isEqualTo(key);
            }
        }
        Eventually.holds(SOON, () -> {
            Command status = nodes.status(fourth);
            assertThat(status.exit()).as(status.text()).isZero();
            assertThat(status.text()).containsPattern("(?m)^d +127\\.0\\.0\\.1:\\d+ .* up ");
        });
    }

    private void startThree(CertifiedNodes nodes) throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        ClusterLab.names(3).forEach(name -> ports.put(name, FreePorts.take()));
        Map<String, String> addresses = ports.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, port -> "127.0.0.1:" + port.getValue()));
        for (String name : ClusterLab.names(3)) {
            NodeFiles own = nodes.files(name).trust(first).show(first.issue(name));
            files.put(name, own);
            servers.add(nodes.server(name, ports.getOrDefault(name, 0), own, ClusterLab.membership(name, addresses)));
        }
        ClusterLab.start(servers);
    }

    private SkerryServer joining(CertifiedNodes nodes, String name, TestAuthority believed, TestAuthority signer)
            throws IOException {
        NodeFiles own = nodes.files(name).trust(believed, signer).show(signer.issue(name));
        int port = FreePorts.take();
        return nodes.server(
                name,
                port,
                own,
                List.of(
                        "cluster:",
                        "  name: tests",
                        "  node_id: " + name,
                        "  address: 127.0.0.1:" + port,
                        "  join: ['cluster://127.0.0.1:" + servers.getFirst().s3Port() + "']"));
    }

    /** They are told so, and counted. */
    private void strangers(TestAuthority ofClients) throws Throwable {
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
        assertThat(refused(ofClients, asked, "uncertified")).isEqualTo(2);
        assertThat(refused(ofClients, asked, "foreign")).isEqualTo(1);
        assertThat(String.join("\n", asked.log())).contains("reason=uncertified: no certificate was shown");
        assertThat(number(ofClients, asked, "skerry_internal_certificate_remaining_seconds"))
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

    private static double refused(TestAuthority ofClients, SkerryServer server, String reason)
            throws IOException, GeneralSecurityException {
        return number(ofClients, server, "skerry_internal_refused_total\\{[^}]*reason=\"" + reason + "\"[^}]*}");
    }

    private static double number(TestAuthority ofClients, SkerryServer server, String series)
            throws IOException, GeneralSecurityException {
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

    private void write(CertifiedNodes nodes, SkerryServer server) {
        try (S3Client client = nodes.client(server)) {
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
    private void renew(CertifiedNodes nodes) throws Throwable {
        double before = refusedByAll(nodes.ofClients(), "foreign");
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
        assertThat(refusedByAll(nodes.ofClients(), "foreign")).isEqualTo(before);
        assertThat(said(servers.getFirst(), second, List.of(OF_NODES), List.of(first.issue("b"))))
                .as("what the former authority signed")
                .contains("\"code\":\"foreign\"");
    }

    private double refusedByAll(TestAuthority ofClients, String reason) throws IOException, GeneralSecurityException {
        double sum = 0;
        for (SkerryServer server : servers) {
            sum += refused(ofClients, server, reason);
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
    private void stranger(CertifiedNodes nodes) throws IOException {
        SkerryServer stranger = joining(nodes, "e", second, first);
        assertThat(stranger.startExpectingExit()).isEqualTo(1);
        assertThat(stranger.tail(5))
                .contains("the certificate is not believed here")
                .doesNotContain("\tat ");
    }
}
