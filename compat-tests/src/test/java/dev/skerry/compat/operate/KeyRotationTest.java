package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Keys that are rotated while clients write and read: no request fails, and everything reads as it was written. */
@ExtendWith(WithServer.class)
class KeyRotationTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int WRITERS = 3;
    private static final int ROTATIONS = 4;
    private static final int PART = 5 << 20;

    private final Map<String, byte[]> written = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();

    private static Path ring(ServerLab lab) {
        return lab.path("keys").resolve("ring.json");
    }

    @Test
    void rotationDisturbsNobody(ServerLab lab) throws Throwable {
        Files.createDirectories(lab.path("keys"));
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml("encryption:", "  key_ring: " + ring(lab), "  keys: [photos]"))
                .start();
        String bucket;
        try (S3Client client = Sdk.sync(server);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            bucket = Sdk.bucket(client);
            AtomicBoolean over = new AtomicBoolean();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                clients.add(threads.submit(() -> write(client, bucket, writer, over)));
            }
            String upload = begin(client, bucket);
            List<CompletedPart> parts = new ArrayList<>(List.of(part(client, bucket, upload, 1)));
            for (int i = 0; i < ROTATIONS; i++) {
                int before = requests.get();
                rotate(lab, i % 2 == 0 ? "photos" : "aws/s3");
                Eventually.holds(SOON, () -> assertThat(requests.get()).isGreaterThan(before + 2 * WRITERS));
            }
            // an upload keeps the key it was begun with
            parts.add(part(client, bucket, upload, 2));
            client.completeMultipartUpload(
                    b -> b.bucket(bucket).key("upload").uploadId(upload).multipartUpload(m -> m.parts(parts)));
            over.set(true);
            for (Future<?> each : clients) {
                each.get();
            }
            assertThat(written).hasSizeGreaterThan(ROTATIONS * WRITERS);
            readAll(client, bucket);
        }
        assertThat(server.stop()).isZero();
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            readAll(client, bucket);
        }
        assertThat(server.stop()).isZero();
    }

    private static void rotate(ServerLab lab, String name) {
        Command rotated = Command.run(
                "keys",
                "rotate",
                name,
                "--data",
                lab.path("data").toString(),
                "--set",
                "encryption.key_ring=" + ring(lab));
        assertThat(rotated.exit()).as(rotated.text()).isZero();
    }

    private void write(S3Client client, String bucket, int writer, AtomicBoolean over) {
        for (int i = 0; !over.get(); i++) {
            String key = writer + "/" + i;
            byte[] content = Bytes.of(31 * writer + i, i % 3 == 0 ? 100_000 : 500 + i);
            boolean named = i % 2 == 0;
            client.putObject(
                    b -> {
                        b.bucket(bucket).key(key);
                        if (named) {
                            b.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId("photos");
                        }
                    },
                    RequestBody.fromBytes(content));
            written.put(key, content);
            assertThat(read(client, bucket, writer + "/" + i / 2)).isEqualTo(written.get(writer + "/" + i / 2));
            requests.incrementAndGet();
        }
    }

    private static byte[] read(S3Client client, String bucket, String key) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArrayUnsafe();
    }

    private void readAll(S3Client client, String bucket) {
        written.forEach(
                (key, content) -> assertThat(read(client, bucket, key)).as(key).isEqualTo(content));
        byte[] upload = read(client, bucket, "upload");
        assertThat(upload).hasSize(2 * PART);
        assertThat(upload).startsWith(Bytes.of(1, PART)).endsWith(Bytes.of(2, PART));
    }

    private static String begin(S3Client client, String bucket) {
        return client.createMultipartUpload(b -> b.bucket(bucket)
                        .key("upload")
                        .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId("photos"))
                .uploadId();
    }

    private static CompletedPart part(S3Client client, String bucket, String upload, int number) {
        var part = client.uploadPart(
                b -> b.bucket(bucket).key("upload").uploadId(upload).partNumber(number),
                RequestBody.fromBytes(Bytes.of(number, PART)));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(part.eTag())
                .checksumCRC32(part.checksumCRC32())
                .build();
    }
}
