package dev.skerry.compat.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A full disk: writes are refused clearly, reads and deletes go on, and space that comes free is used again. */
@ExtendWith(WithServer.class)
class DiskFullTest {
    private static final int OBJECT = 1 << 20;

    /** Where mounting is allowed, on a filesystem of 64 MiB that really fills up. */
    @Test
    void smallFilesystemFillsUpAndRecovers(ServerLab lab) throws Throwable {
        Path mount = Files.createDirectories(lab.path("mount"));
        if (run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount.toString()) != 0) {
            System.out.println("DiskFullTest: mounting is not allowed here; the reserve stands in for a full disk");
            refusesWritesBelowItsReserve(lab);
            return;
        }
        try {
            SkerryServer server = lab.server(Settings.of(mount.resolve("data"))
                            .withYaml(
                                    "storage:",
                                    "  reserve: 8MiB",
                                    "gc:",
                                    "  interval: 100ms",
                                    "  grace: 0s",
                                    "  tombstone_retention: 0s"))
                    .start();
            try (S3Client client = Sdk.sync(server)) {
                fillAndEmpty(client);
            }
            assertThat(server.stop()).isZero();
        } finally {
            lab.endServers();
            assertThat(run("umount", "-l", mount.toString())).isZero();
        }
    }

    private static void fillAndEmpty(S3Client client) throws Throwable {
        String bucket = Sdk.bucket(client);
        int written = 0;
        String refusal = write(client, bucket, written);
        while (refusal.startsWith("accepted")) {
            written++;
            assertThat(written).as("objects on a disk of 64 MiB").isLessThan(64);
            refusal = write(client, bucket, written);
        }
        assertThat(refusal).startsWith("507");
        assertThat(written).isGreaterThan(20);
        int small = 0;
        while (writeSmall(client, bucket, small).startsWith("accepted")) {
            small++;
            assertThat(small)
                    .as("inline bodies in what a large one did not fit in")
                    .isLessThan(1000);
        }
        assertThat(writeSmall(client, bucket, small)).startsWith("507");
        assertThat(client.listObjectsV2Paginator(b -> b.bucket(bucket)).contents())
                .hasSize(written + small);
        for (int i = 0; i < written; i++) {
            String key = "k" + i;
            assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArrayUnsafe())
                    .isEqualTo(Bytes.of(i, OBJECT));
        }
        for (int i = 0; i < 10; i++) {
            String key = "k" + i;
            client.deleteObject(b -> b.bucket(bucket).key(key));
        }
        Eventually.holds(
                Duration.ofMinutes(2),
                () -> assertThat(write(client, bucket, 1000)).startsWith("accepted"));
        assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("k1000")).asByteArrayUnsafe())
                .isEqualTo(Bytes.of(1000, OBJECT));
    }

    private static String write(S3Client client, String bucket, int number) {
        return Sdk.refusal(() -> client.putObject(
                b -> b.bucket(bucket).key("k" + number), RequestBody.fromBytes(Bytes.of(number, OBJECT))));
    }

    private static String writeSmall(S3Client client, String bucket, int number) {
        return Sdk.refusal(() -> client.putObject(
                b -> b.bucket(bucket).key("small" + number), RequestBody.fromBytes(Bytes.of(number, 8000))));
    }

    @Test
    void reserveLargerThanTheDiskRefusesWrites(ServerLab lab) {
        refusesWritesBelowItsReserve(lab);
    }

    private static void refusesWritesBelowItsReserve(ServerLab lab) {
        Path data = lab.path("reserve");
        SkerryServer roomy = lab.server(Settings.of(data)).start();
        String bucket;
        try (S3Client client = Sdk.sync(roomy)) {
            bucket = Sdk.bucket(client);
            assertThat(write(client, bucket, 1)).startsWith("accepted");
            assertThat(write(client, bucket, 2)).startsWith("accepted");
        }
        assertThat(roomy.stop()).isZero();
        SkerryServer full = lab.server(Settings.of(data).withYaml("storage:", "  reserve: 1024TiB"))
                .start();
        try (S3Client client = Sdk.sync(full)) {
            assertThat(write(client, bucket, 3)).startsWith("507");
            assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("k1")).asByteArrayUnsafe())
                    .isEqualTo(Bytes.of(1, OBJECT));
            client.deleteObject(b -> b.bucket(bucket).key("k1"));
            assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents()).hasSize(1);
        }
        assertThat(full.stop()).isZero();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
