package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.operate.MetricsPage;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A node whose part files were damaged behind its back: the scrub has them written again from the others'. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class ClusterScrubTest {
    private static final String BUCKET = "scrubbed";
    private static final Duration SOON = Duration.ofMinutes(3);

    /** Passes of catch-up are five minutes apart, and one may leave a slot out. */
    private static final Duration CAUGHT_UP = Duration.ofMinutes(8);

    private static final int OBJECTS = 8;
    private static final int LARGE = 1 << 20;

    @Test
    void whatANodeLostIsWrittenAgainBeforeAnybodyReadsIt(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3);
        ClusterLab.start(nodes);
        SkerryServer node = nodes.get(1);
        try (S3Client client = Sdk.retrying(nodes.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
            for (int i = 0; i < OBJECTS; i++) {
                String key = "object " + i;
                byte[] body = Bytes.of(i, LARGE);
                client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
            }
        }
        for (SkerryServer each : nodes) {
            Eventually.holds(SOON, () -> assertThat(parts(each)).hasSize(OBJECTS));
        }
        awaitCatchUp(node);

        damage(node);
        assertThat(parts(node)).isNotEqualTo(parts(nodes.getFirst()));
        assertThat(scrub(node)).isEqualTo(3);
        Eventually.holds(SOON, () -> assertThat(parts(node)).isEqualTo(parts(nodes.getFirst())));

        assertThat(scrub(node)).isZero();
        MetricsPage metrics = MetricsPage.of(node);
        assertThat(metrics.sum("skerry_replica_repairs_total")).isEqualTo(3);
        assertThat(metrics.sum("skerry_catchup_parts_fetched_total"))
                .as("by anything but the scrub")
                .isZero();
        nodes.get(2).kill();
        try (S3Client client = Sdk.retrying(node)) {
            for (int i = 0; i < OBJECTS; i++) {
                String key = "object " + i;
                byte[] body = Bytes.of(i, LARGE);
                Eventually.holds(
                        SOON,
                        () -> assertThat(client.getObjectAsBytes(request ->
                                                request.bucket(BUCKET).key(key))
                                        .asByteArray())
                                .isEqualTo(body));
            }
        }
        assertThat(MetricsPage.of(node).sum("skerry_replica_read_bytes_total"))
                .as("bytes that its answers took from other nodes")
                .isEqualTo(metrics.sum("skerry_replica_read_bytes_total"));
    }

    /** Until the pass that comes after a start is over: the next, which fetches missing files too, is minutes away. */
    private static void awaitCatchUp(SkerryServer node) throws Throwable {
        assertThat(node.stop()).isZero();
        node.start();
        Eventually.holds(
                CAUGHT_UP,
                () -> assertThat(MetricsPage.of(node).sum("skerry_catchup_parts_looked_total"))
                        .isGreaterThanOrEqualTo(OBJECTS));
    }

    /** One bit of a file, a whole file, the end of a file. */
    private static void damage(SkerryServer node) throws IOException {
        List<Path> files = new DataFolder(node.data()).parts();
        byte[] flipped = Files.readAllBytes(files.get(1));
        flipped[LARGE / 2] ^= 1;
        Files.write(files.get(1), flipped);
        Files.delete(files.get(3));
        try (RandomAccessFile cut = new RandomAccessFile(files.get(5).toFile(), "rw")) {
            cut.setLength(LARGE - 1);
        }
    }

    /** How many damaged parts it found. */
    private static int scrub(SkerryServer node) throws IOException {
        WireResponse answer = Wire.exchange(
                node.s3(),
                WireRequest.of("POST", node.s3(), "/_/admin/v1/scrub").sign());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body()).path("damaged").size();
    }

    /** What the bytes of each part file digest to, by its name below the data folder. */
    private static SortedMap<String, String> parts(SkerryServer node) throws IOException {
        SortedMap<String, String> parts = new TreeMap<>();
        for (Path part : new DataFolder(node.data()).parts()) {
            parts.put(node.data().relativize(part).toString(), Bytes.sha256(Files.readAllBytes(part)));
        }
        return parts;
    }
}
