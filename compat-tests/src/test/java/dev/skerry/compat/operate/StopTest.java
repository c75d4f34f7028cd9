package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireClient;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** SIGTERM while requests are under way: what is answered is kept, and nobody waits longer than the deadline. */
@ExtendWith(WithServer.class)
class StopTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @Test
    void underLoadWhatWasAcknowledgedIsKeptAndEveryConnectionEnds(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withYaml("limits:", "  stop_timeout: 10s"))
                .start();
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
        Map<String, byte[]> acknowledged = new ConcurrentHashMap<>();
        Map<String, byte[]> asked = new ConcurrentHashMap<>();
        AtomicInteger answers = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> writers = new ArrayList<>();
            for (int w = 0; w < 16; w++) {
                int writer = w;
                writers.add(threads.submit(() -> {
                    try (WireClient client = new WireClient(server.s3())) {
                        for (int i = 0; ; i++) {
                            String key = writer + "/" + i;
                            byte[] content = Bytes.of(writer * 1000 + i, 30_000);
                            asked.put(key, content);
                            int status = client.exchange(
                                            client.object("PUT", bucket, key).body(content))
                                    .status();
                            if (status != 200) {
                                return "status " + status;
                            }
                            acknowledged.put(key, content);
                            answers.incrementAndGet();
                        }
                    } catch (IOException closed) {
                        return "closed";
                    }
                }));
            }
            Eventually.holds(SOON, () -> assertThat(answers.get()).isGreaterThan(200));

            long begun = System.nanoTime();
            assertThat(server.stop()).isZero();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);

            System.out.printf("StopTest: stopped under load within %d ms%n", took.toMillis());
            assertThat(took).as("clients that never rest do not hold it up").isLessThan(Duration.ofSeconds(25));
            for (Future<String> writer : writers) {
                assertThat(writer.get()).as("how a writer ended").isIn("closed", "status 503");
            }
        }
        assertThat(server.log()).noneMatch(line -> line.contains(" ERROR "));

        server.start();
        assertKept(server, bucket, acknowledged, asked);
    }

    private static void assertKept(
            SkerryServer server, String bucket, Map<String, byte[]> acknowledged, Map<String, byte[]> asked) {
        try (S3Client client = Sdk.sync(server)) {
            acknowledged.forEach((key, content) -> assertThat(
                            client.getObjectAsBytes(b -> b.bucket(bucket).key(key))
                                    .asByteArrayUnsafe())
                    .as(key)
                    .isEqualTo(content));
            for (S3Object object :
                    client.listObjectsV2Paginator(b -> b.bucket(bucket)).contents()) {
                assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key(object.key()))
                                .asByteArrayUnsafe())
                        .as("not torn: " + object.key())
                        .isEqualTo(asked.get(object.key()));
            }
        }
    }

    @Test
    void aSecondSignalCutsTheDrainingShort(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server().start();
        Duration took = endWithHalfARequest(server, () -> {
            assertThat(terminate(server)).isTrue();
            // two signals that come at once are one
            Eventually.holds(
                    SOON,
                    () -> assertThat(server.log()).anyMatch(line -> line.contains("stopping, requests under way")));
            int exit = server.stop();
            assertThat(server.log()).anyMatch(line -> line.contains("told twice to stop"));
            return exit;
        });

        assertThat(took).as("the time for draining is 30 s").isLessThan(Duration.ofSeconds(28));
    }

    @Test
    void aRequestThatNeverEndsIsCutAtTheDeadline(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withYaml("limits:", "  stop_timeout: 2s"))
                .start();
        Duration took = endWithHalfARequest(server, server::stop);

        assertThat(took).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(28));
    }

    /** How a test ends a server; gives the exit code. */
    @FunctionalInterface
    private interface End {
        int end() throws Throwable;
    }

    /** Sends half of a write, ends the server, and finds nothing of the write afterwards. Gives how long that took. */
    private static Duration endWithHalfARequest(SkerryServer server, End end) throws Throwable {
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
        Duration took;
        try (Wire wire = new Wire(server.s3())) {
            byte[] bytes = WireRequest.object("PUT", server.s3(), bucket, "half")
                    .body(Bytes.of(1, 3 << 20))
                    .sign()
                    .toBytes();
            wire.send(Arrays.copyOf(bytes, bytes.length / 2));
            Eventually.holds(
                    SOON,
                    () -> assertThat(MetricsPage.of(server).sum("skerry_requests_running"))
                            .isEqualTo(1));
            long begun = System.nanoTime();
            assertThat(end.end()).isZero();
            took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(isCut(wire))
                    .as("the client is not told that its write is there")
                    .isTrue();
        }
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
        }
        assertThat(server.stop()).isZero();
        return took;
    }

    private static boolean isCut(Wire wire) {
        try {
            return wire.receive("PUT").status() >= 500;
        } catch (IOException closed) {
            return true;
        }
    }

    private static boolean terminate(SkerryServer server) {
        return ProcessHandle.of(server.pid()).orElseThrow().destroy();
    }
}
