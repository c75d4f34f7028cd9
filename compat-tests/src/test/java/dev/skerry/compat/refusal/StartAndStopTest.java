package dev.skerry.compat.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.MetricsPage;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** How a server starts, refuses to start, and stops. */
@ExtendWith(WithServer.class)
class StartAndStopTest {
    @Test
    void unknownKeyIsNamedWithTheNearestValidOne(ServerLab lab) {
        SkerryServer file = lab.server(Settings.of(lab.path("a")).withYaml("storage:", "  inline_treshold: 4KiB"));
        assertThat(file.startExpectingExit()).isNotZero();
        assertThat(file.tail(50)).contains("inline_treshold", "inline_threshold");

        SkerryServer environment = lab.server(Settings.of(lab.path("b")).withEnvironment("SKERRY_STORAGE__SLOTZ", "4"));
        assertThat(environment.startExpectingExit()).isNotZero();
        assertThat(environment.tail(50)).containsIgnoringCase("slotz").containsIgnoringCase("slots");
    }

    @Test
    void badValueIsNamed(ServerLab lab) {
        SkerryServer server = lab.server(Settings.of(lab.path("a")).withYaml("gc:", "  grace: soon"));
        assertThat(server.startExpectingExit()).isNotZero();
        assertThat(server.tail(50)).contains("gc.grace", "soon");
    }

    @Test
    void secondProcessOnTheSameFolderIsRefused(ServerLab lab) {
        Path data = lab.path("data");
        SkerryServer first = lab.server(Settings.of(data)).start();
        SkerryServer second = lab.server(Settings.of(data));
        assertThat(second.startExpectingExit()).isNotZero();
        assertThat(second.tail(50)).contains(data.toString());
        try (S3Client client = Sdk.sync(first)) {
            assertThat(client.listBuckets().buckets()).isEmpty();
        }
        assertThat(first.stop()).isZero();
        assertThat(second.start().stop()).as("the folder is free again").isZero();
    }

    @Test
    void folderOfAStoppedServerHoldsOnlyTheLayout(ServerLab lab) {
        SkerryServer server = lab.server().start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            for (int size : new int[] {0, 8192, 8193, 3 << 20}) {
                client.putObject(b -> b.bucket(bucket).key("k" + size), RequestBody.fromBytes(new byte[size]));
            }
        }
        DataFolder folder = new DataFolder(server.data());
        assertThat(folder.strangers()).as("while it runs").isEmpty();
        assertThat(server.stop()).isZero();
        assertThat(folder.strangers()).as("once it stopped").isEmpty();
        assertThat(folder.parts()).hasSize(2);
    }

    @Test
    void whatIsUnderWayIsFinishedBeforeTheServerStops(ServerLab lab) throws Exception {
        SkerryServer server = lab.server().start();
        byte[] content = Bytes.of(1, 3 << 20);
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
        try (Wire wire = new Wire(server.s3());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            byte[] bytes = WireRequest.object("PUT", server.s3(), bucket, "k")
                    .body(content)
                    .sign()
                    .toBytes();
            wire.send(Arrays.copyOf(bytes, bytes.length / 2));
            // a request that the server has not read yet is not under way
            Eventually.holds(
                    Duration.ofMinutes(1),
                    () -> assertThat(MetricsPage.of(server).sum("skerry_requests_running"))
                            .isEqualTo(1));
            Future<Integer> exit = threads.submit(server::stop);
            Eventually.holds(
                    Duration.ofMinutes(1), () -> assertThat(ready(server)).isFalse());
            wire.send(Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
            assertThat(wire.receive("PUT").status()).isEqualTo(200);
            assertThat(exit.get()).isZero();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArrayUnsafe())
                    .isEqualTo(content);
        }
    }

    private static boolean ready(SkerryServer server) {
        try {
            return Wire.exchange(server.s3(), WireRequest.of("GET", server.s3(), "/_/health/ready"))
                            .status()
                    == 200;
        } catch (java.io.IOException refused) {
            return false;
        }
    }

    @Test
    void bucketsNamedInTheEnvironmentAreThere(ServerLab lab) {
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withEnvironment("SKERRY_BUCKETS", "one,two-2"))
                .start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(client.listBuckets().buckets()).extracting(b -> b.name()).containsExactly("one", "two-2");
        }
        assertThat(server.stop()).isZero();
        assertThat(server.start().stop()).as("they are there already").isZero();
    }
}
