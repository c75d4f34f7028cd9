package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A thousand connections that do nothing, a thousand clients that ask and do not read, and hundreds of long pages. */
@ExtendWith(WithServer.class)
@Timeout(180)
class SlowClientsTest {
    private static final int CLIENTS = 1000;
    private static final int BLOCK_KIB = 64;
    private static final int SHARED_KIB = 16 * 1024;

    /** More than the buffers of a connection in both kernels' ends. */
    private static final int OBJECT_BYTES = 12 * 1024 * 1024;

    /**
     * Threads that may come whatever the number of connections: of the JVM, and of the stores as they are first used.
     */
    private static final int THREADS = 24;

    private final List<Socket> sockets = new ArrayList<>();

    @Test
    void idleConnectionsCostNoThreadAndLittleMemory(ServerLab lab) throws Throwable {
        // a young generation that grows would count as memory of connections
        SkerryServer server = lab.server(Settings.of(lab.path("idle")).withEnvironment("SKERRY_JAVA_OPTS", "-Xmn16m"))
                .start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            client.putObject(b -> b.bucket(bucket).key("small"), RequestBody.fromBytes(new byte[4096]));
            byte[] request = get(server.s3(), bucket, "small");
            ask(server, request, 50);
            for (Socket socket : sockets) {
                readAnswer(socket);
            }
            long threads = server.memoryKiB("Threads");
            long memory = server.memoryKiB("VmRSS");

            ask(server, request, CLIENTS - 50);
            for (Socket socket : sockets.subList(50, CLIENTS)) {
                assertThat(readAnswer(socket)).hasSize(4096);
            }

            assertThat(MetricsPage.of(server).sum("skerry_connections_open")).isGreaterThanOrEqualTo(CLIENTS);
            assertThat(server.memoryKiB("Threads")).isLessThan(threads + THREADS);
            assertThat(server.memoryKiB("VmRSS")).as("KiB of all").isLessThan(memory + CLIENTS * 64L);
            assertThat(MetricsPage.of(server).sum("skerry_answers_memory_bytes"))
                    .as("nothing is kept for connections")
                    .isLessThan(8.0 * 1024 * 1024);
        } finally {
            closeAll();
        }
    }

    @Test
    void clientsThatDoNotReadCostABlockEachAndKeepNobodyOut(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server().start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            byte[] body = new byte[OBJECT_BYTES];
            Seed.of("slow clients").nextBytes(body);
            client.putObject(b -> b.bucket(bucket).key("large"), RequestBody.fromBytes(body));
            client.getObjectAsBytes(b -> b.bucket(bucket).key("large"));
            long threads = server.memoryKiB("Threads");
            long memory = server.memoryKiB("VmRSS");

            ask(server, get(server.s3(), bucket, "large"), CLIENTS);
            Eventually.holds(
                    Duration.ofMinutes(3),
                    () -> assertThat(MetricsPage.of(server).sum("skerry_requests_away"))
                            .isEqualTo(CLIENTS));

            assertThat(server.memoryKiB("Threads")).isLessThan(threads + THREADS);
            assertThat(MetricsPage.of(server).sum("skerry_answers_memory_bytes") / 1024)
                    .as("KiB of blocks")
                    .isBetween(CLIENTS * BLOCK_KIB / 2.0, (double) CLIENTS * BLOCK_KIB + SHARED_KIB + 4096);
            // a block each, and as much again twice for its connection, its thread's stack and a heap that has grown
            assertThat(server.memoryKiB("VmRSS"))
                    .as("KiB of all")
                    .isLessThan(memory + CLIENTS * 3L * BLOCK_KIB + SHARED_KIB);

            long begin = System.nanoTime();
            assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("large"))
                            .asByteArray())
                    .isEqualTo(body);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(1));
            assertThat(readAnswer(sockets.getFirst()))
                    .as("a slow client's bytes")
                    .isEqualTo(body);

            closeAll();
            Eventually.holds(
                    Duration.ofMinutes(3),
                    () -> assertThat(MetricsPage.of(server).sum("skerry_answers_memory_bytes"))
                            .isLessThan(8.0 * 1024 * 1024));
            assertThat(MetricsPage.of(server).sum("skerry_requests_away")).isZero();
            assertThat(MetricsPage.of(server).sum("skerry_answers_memory_borrowed_bytes"))
                    .isZero();
        } finally {
            closeAll();
        }
    }

    /** 300 pages of a megabyte each, made at once, would fill the heap several times. */
    @Test
    void pagesOfLongKeysThatNobodyReadsAreBounded(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server().start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            for (int i = 0; i < 1000; i++) {
                String key = "%01020d".formatted(i);
                client.putObject(b -> b.bucket(bucket).key(key), RequestBody.empty());
            }
            byte[] list = WireRequest.of("GET", server.s3(), "/" + bucket)
                    .query("list-type", "2")
                    .sign()
                    .toBytes();
            ask(server, list, 300);
            List<Integer> statuses = new ArrayList<>();
            for (Socket socket : sockets) {
                statuses.add(status(readHead(socket)));
            }
            assertThat(statuses).isSubsetOf(200, 503).contains(200);
            closeAll();
            assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents()).hasSize(1000);
        } finally {
            closeAll();
        }
    }

    private static byte[] get(URI server, String bucket, String key) {
        return WireRequest.object("GET", server, bucket, key).sign().toBytes();
    }

    private void ask(SkerryServer server, byte[] request, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket();
            sockets.add(socket);
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout(30_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.s3Port()));
            socket.getOutputStream().write(request);
        }
    }

    /** The body of the answer that comes next. */
    private static byte[] readAnswer(Socket socket) throws IOException {
        String head = readHead(socket);
        assertThat(status(head)).isEqualTo(200);
        int length = head.lines()
                .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElseThrow();
        return socket.getInputStream().readNBytes(length);
    }

    private static String readHead(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("answer after %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private static int status(String head) {
        assertThat(head).startsWith("HTTP/1.1 ");
        return Integer.parseInt(head.substring(9, 12));
    }

    private void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
