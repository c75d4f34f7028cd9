package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Three nodes of which one goes, then another; and what is there once they are back. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class NodesComeAndGoTest {
    private static final String BUCKET = "come-and-go";
    private static final Duration BACK = Duration.ofMinutes(3);
    private static final int MIB = 1024 * 1024;

    @Test
    void oneMayGoAndWithTwoGoneNothingIsWritten(ServerLab lab) throws Throwable {
        List<SkerryServer> nodes = ClusterLab.servers(lab, 3);
        ClusterLab.start(nodes);
        SkerryServer first = nodes.get(0);
        SkerryServer second = nodes.get(1);
        SkerryServer third = nodes.get(2);
        byte[] large = new byte[3 * MIB];
        new Random(1).nextBytes(large);
        try (S3Client one = Sdk.retrying(first);
                S3Client two = Sdk.retrying(second);
                S3Client three = Sdk.retrying(third)) {
            one.createBucket(request -> request.bucket(BUCKET));
            put(two, "before", large);
            assertThat(get(three, "before")).isEqualTo(large);

            first.kill();
            Eventually.holds(BACK, () -> put(two, "without the first", large));
            assertThat(get(three, "without the first")).isEqualTo(large);
            assertThat(get(three, "before")).isEqualTo(large);

            second.kill();
            long begun = System.nanoTime();
            try (S3Client impatient = Sdk.sync(third)) {
                assertThatThrownBy(() -> put(impatient, "alone", new byte[] {1}))
                        .isInstanceOfSatisfying(
                                S3Exception.class,
                                refused -> assertThat(refused.statusCode()).isEqualTo(503));
                assertThatThrownBy(() -> get(impatient, "before")).isInstanceOf(S3Exception.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(3));

            ClusterLab.start(List.of(first, second));
            try (S3Client oneAgain = Sdk.retrying(first)) {
                Eventually.holds(
                        BACK,
                        () -> assertThat(get(oneAgain, "without the first")).isEqualTo(large));
                assertThatThrownBy(() -> get(oneAgain, "alone")).isInstanceOf(NoSuchKeyException.class);
                put(oneAgain, "after", large);
            }
            assertThat(get(three, "after")).isEqualTo(large);
        }
        first.kill();
        ServerLab.deleteTree(first.data());
        wiped(first, second, third, large);
    }

    /** It is whole again by itself, and counts. */
    private static void wiped(SkerryServer wiped, SkerryServer second, SkerryServer third, byte[] large)
            throws Throwable {
        ClusterLab.start(List.of(wiped));
        try (S3Client again = Sdk.retrying(wiped)) {
            List<String> keys = List.of("after", "before", "without the first");
            Eventually.holds(BACK, () -> assertThat(keys(again)).isEqualTo(keys));
            Eventually.holds(
                    BACK, () -> assertThat(parts(wiped.data())).isNotEmpty().isEqualTo(parts(second.data())));
            Command compared = ClusterCommand.run(wiped, "verify");
            assertThat(compared.exit()).as(compared.text()).isZero();
            third.kill();
            Eventually.holds(BACK, () -> put(again, "with the wiped", large));
            for (String key : keys) {
                assertThat(get(again, key)).isEqualTo(large);
            }
            Eventually.holds(
                    BACK, () -> assertThat(wiped.tail(1000)).contains("a slot was fetched", "the catalog was fetched"));
        }
    }

    private static List<String> keys(S3Client client) {
        return client.listObjectsV2(request -> request.bucket(BUCKET)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private static Set<String> parts(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("slots"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("part."))
                    .map(file -> data.relativize(file).toString())
                    .collect(Collectors.toSet());
        }
    }

    private static void put(S3Client client, String key, byte[] bytes) {
        client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
    }

    private static byte[] get(S3Client client, String key) {
        return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                .asByteArray();
    }
}
