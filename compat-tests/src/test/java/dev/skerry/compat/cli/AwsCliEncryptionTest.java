package dev.skerry.compat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Debian's aws-cli with its flags of encryption. */
@ExtendWith(WithServer.class)
class AwsCliEncryptionTest {
    @TempDir
    private Path folder;

    @Test
    void filesGoBothWaysUnderEveryKindOfKey(ServerLab lab) throws IOException {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml(
                                "encryption:",
                                "  key_ring: " + lab.path("keys").resolve("ring.json"),
                                "  keys: [photos, music]",
                                "  customer_keys_need_tls: false"))
                .start();
        Tool aws = new Tool("aws", "awscli", folder).withAwsCredentials();
        String endpoint = "--endpoint-url=" + server.s3();
        aws.run(endpoint, "s3", "mb", "s3://box").succeeded();
        Path key = Files.write(folder.resolve("customer.key"), Bytes.of(1, 32));
        List<String> own = List.of("--sse-c", "AES256", "--sse-c-key", "fileb://" + key);
        for (int size : new int[] {10, 9_000_000}) {
            Path original = Files.write(folder.resolve("original"), Bytes.of(size, size));
            roundTrip(aws, endpoint, original, List.of("--sse", "AES256"), List.of());
            roundTrip(aws, endpoint, original, List.of("--sse", "aws:kms", "--sse-kms-key-id", "photos"), List.of());
            roundTrip(aws, endpoint, original, own, own);
        }
        aws.run(
                        endpoint,
                        "s3api",
                        "put-bucket-encryption",
                        "--bucket",
                        "box",
                        "--server-side-encryption-configuration",
                        "{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":\"aws:kms\","
                                + "\"KMSMasterKeyID\":\"music\"},\"BucketKeyEnabled\":true}]}")
                .succeeded();
        assertThat(aws.run(endpoint, "s3api", "get-bucket-encryption", "--bucket", "box")
                        .succeeded())
                .contains("\"KMSMasterKeyID\": \"music\"", "\"BucketKeyEnabled\": true");
        Path original = Files.write(folder.resolve("original"), Bytes.of(7, 100_000));
        roundTrip(aws, endpoint, original, List.of(), List.of());
        assertThat(aws.run(endpoint, "s3api", "head-object", "--bucket", "box", "--key", "file")
                        .succeeded())
                .contains("\"SSEKMSKeyId\": \"music\"", "\"ServerSideEncryption\": \"aws:kms\"");
    }

    private void roundTrip(Tool aws, String endpoint, Path original, List<String> writing, List<String> reading)
            throws IOException {
        Path copy = folder.resolve("copy");
        copy(aws, endpoint, original.toString(), "s3://box/file", writing);
        copy(aws, endpoint, "s3://box/file", copy.toString(), reading);
        assertThat(Files.mismatch(original, copy)).as(writing.toString()).isEqualTo(-1);
        Files.delete(copy);
    }

    private static void copy(Tool aws, String endpoint, String from, String to, List<String> flags) {
        List<Object> arguments = new ArrayList<>(List.of(endpoint, "s3", "cp", from, to));
        arguments.addAll(flags);
        aws.run(arguments.toArray()).succeeded();
    }
}
