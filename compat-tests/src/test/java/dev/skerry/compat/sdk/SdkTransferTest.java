package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

/** The transfer manager: large files in parts and whole folders. */
@ExtendWith(WithServer.class)
class SdkTransferTest {
    private static final int LARGE = 100 * 1024 * 1024 + 1;

    @TempDir
    private Path folder;

    @Test
    void largeFileComesBackThroughTheNativeClient(SkerryServer server) throws IOException {
        largeFile(server, Sdk.crt(server));
    }

    @Test
    void largeFileComesBackThroughTheJavaClient(SkerryServer server) throws IOException {
        largeFile(server, Sdk.asyncBuilder(server).multipartEnabled(true).build());
    }

    private void largeFile(SkerryServer server, S3AsyncClient client) throws IOException {
        Path original = folder.resolve("original");
        Path copy = folder.resolve("copy");
        Files.write(original, Bytes.of(7, LARGE));
        try (S3Client setUp = Sdk.sync(server);
                client;
                S3TransferManager transfers =
                        S3TransferManager.builder().s3Client(client).build()) {
            String bucket = Sdk.bucket(setUp);
            transfers
                    .uploadFile(b -> b.source(original)
                            .putObjectRequest(p -> p.bucket(bucket).key("large")))
                    .completionFuture()
                    .join();
            assertThat(setUp.headObject(b -> b.bucket(bucket).key("large")).eTag())
                    .as("written in parts")
                    .contains("-");
            transfers
                    .downloadFile(b -> b.destination(copy)
                            .getObjectRequest(g -> g.bucket(bucket).key("large")))
                    .completionFuture()
                    .join();
            assertThat(Files.mismatch(original, copy)).isEqualTo(-1);
        }
    }

    @Test
    void folderComesBack(SkerryServer server) throws IOException {
        Path source = folder.resolve("source");
        for (int i = 0; i < 60; i++) {
            Path file = source.resolve("d" + i % 7).resolve("f " + i + " é+%.bin");
            Files.createDirectories(file.getParent());
            Files.write(file, Bytes.of(i, i * 1500));
        }
        Path target = folder.resolve("target");
        try (S3Client setUp = Sdk.sync(server);
                S3AsyncClient client = Sdk.crt(server);
                S3TransferManager transfers =
                        S3TransferManager.builder().s3Client(client).build()) {
            String bucket = Sdk.bucket(setUp);
            assertThat(transfers
                            .uploadDirectory(b -> b.source(source).bucket(bucket))
                            .completionFuture()
                            .join()
                            .failedTransfers())
                    .isEmpty();
            assertThat(transfers
                            .downloadDirectory(b -> b.destination(target).bucket(bucket))
                            .completionFuture()
                            .join()
                            .failedTransfers())
                    .isEmpty();
        }
        try (Stream<Path> files = Files.walk(source).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                assertThat(Files.mismatch(file, target.resolve(source.relativize(file))))
                        .as("%s", file)
                        .isEqualTo(-1);
            }
        }
    }
}
