package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.DataFolder;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What nobody can reach any more goes from every node, that which was away when it was replaced or deleted among them,
 * and what is still referred to stays on all.
 */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class CollectedOnEveryNodeTest {
    private static final String BUCKET = "collected";
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int LARGE = 256 * 1024;

    /** A name that a blob could have had since the first of January 2024. */
    private static final String OLD_FOLDER = "01HK153X00SKERRYTESTFRANDD";

    private final Random random = new Random(1);

    @Test
    void whatIsLeftBehindGoesAndTheRestStays(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(
                lab, 3, List.of("gc:", "  interval: 500ms", "  grace: 5s", "  tombstone_retention: 5s"));
        ClusterLab.start(nodes);
        SkerryServer away = nodes.getLast();
        byte[] kept = body();
        byte[] replacing = body();
        try (S3Client client = Sdk.retrying(nodes.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
            put(client, "kept", kept);
            put(client, "replaced", body());
            put(client, "deleted", body());
            String upload = client.createMultipartUpload(
                            request -> request.bucket(BUCKET).key("aborted"))
                    .uploadId();
            client.uploadPart(
                    request -> request.bucket(BUCKET)
                            .key("aborted")
                            .uploadId(upload)
                            .partNumber(1),
                    RequestBody.fromBytes(body()));
            for (SkerryServer node : nodes) {
                Eventually.holds(SOON, () -> assertThat(hashes(node)).hasSize(4));
            }

            away.kill();
            put(client, "replaced", replacing);
            client.deleteObject(request -> request.bucket(BUCKET).key("deleted"));
            client.abortMultipartUpload(
                    request -> request.bucket(BUCKET).key("aborted").uploadId(upload));
        }
        List<String> stay = Stream.of(sha256(kept), sha256(replacing)).sorted().toList();
        for (SkerryServer node : nodes.subList(0, 2)) {
            Eventually.holds(SOON, () -> assertThat(hashes(node)).isEqualTo(stay));
        }
        Path stray = leaveBehind(away.data());

        away.start();
        Eventually.holds(SOON, () -> assertThat(hashes(away)).isEqualTo(stay));
        assertThat(stray).doesNotExist();
        Eventually.holds(SOON, () -> {
            Command compared = ClusterCommand.run(away, "verify");
            assertThat(compared.exit()).as(compared.text()).isZero();
        });
        nodes.getFirst().kill();
        try (S3Client client = Sdk.retrying(away)) {
            Eventually.holds(SOON, () -> assertThat(get(client, "kept")).isEqualTo(kept));
            Eventually.holds(SOON, () -> assertThat(get(client, "replaced")).isEqualTo(replacing));
        }
    }

    /** A file that no row refers to, in a folder of its own. */
    private Path leaveBehind(Path data) throws IOException {
        byte[] body = body();
        Path folder = Files.createDirectories(
                data.resolve("slots").resolve("0").resolve("blobs").resolve(OLD_FOLDER));
        Files.write(folder.resolve("part.00000000." + sha256(body)), body);
        return folder;
    }

    private static List<String> hashes(SkerryServer node) {
        return new DataFolder(node.data()).partHashes();
    }

    private byte[] body() {
        byte[] body = new byte[LARGE];
        random.nextBytes(body);
        return body;
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void put(S3Client client, String key, byte[] body) {
        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(body));
    }

    private static byte[] get(S3Client client, String key) {
        return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                .asByteArray();
    }
}
