package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Keys of encryption as an operator has them: the key ring, its rotation, what happens without it. */
@ExtendWith(WithServer.class)
class EncryptionTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Pattern SECRET = Pattern.compile("\"secret\"\\s*:\\s*\"([^\"]+)\"");
    private static final byte[] SMALL = "a small marker that is kept inline".getBytes(StandardCharsets.UTF_8);

    private static Path ring(ServerLab lab) {
        return lab.path("keys").resolve("ring.json");
    }

    private static Settings settings(ServerLab lab, Path ring, String... more) {
        List<String> yaml = new ArrayList<>(List.of(more));
        yaml.add("encryption:");
        yaml.add("  key_ring: " + ring);
        yaml.add("  keys: [photos]");
        return Settings.of(lab.path("data")).withYaml(yaml.toArray(String[]::new));
    }

    private static Command keys(ServerLab lab, String... arguments) {
        return keys(lab, ring(lab), arguments);
    }

    private static Command keys(ServerLab lab, Path ring, String... arguments) {
        List<String> all = new ArrayList<>(List.of("keys"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", lab.path("data").toString(), "--set", "encryption.key_ring=" + ring));
        return Command.run(all.toArray(String[]::new));
    }

    private static void put(S3Client client, String bucket, String key, byte[] content) {
        var written = client.putObject(
                b -> b.bucket(bucket)
                        .key(key)
                        .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId("photos"),
                RequestBody.fromBytes(content));
        assertThat(written.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(written.ssekmsKeyId()).isEqualTo("photos");
    }

    private static byte[] get(S3Client client, String bucket, String key) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArrayUnsafe();
    }

    @Test
    void whatWasWrittenBeforeARotationIsReadAfterIt(ServerLab lab) throws IOException {
        SkerryServer server = lab.server(settings(lab, ring(lab))).start();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ring(lab))))
                .isEqualTo("rw-------");
        byte[] large = Bytes.of(3, 3_000_000);
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            put(client, bucket, "before", large);
            client.putObject(b -> b.bucket(bucket).key("managed before"), RequestBody.fromBytes(SMALL));
            assertThat(keys(lab, "rotate", "photos").exit()).isZero();
            assertThat(keys(lab, "rotate", "aws/s3").exit()).isZero();
            assertThat(keys(lab, "create", "music").exit()).isZero();
            Command list = keys(lab, "list");
            assertThat(list.text()).containsPattern("photos +2 .*enabled").containsPattern("aws/s3 +2 ");
            // a key that was made meanwhile is known at once
            assertThat(client.putObject(
                                    b -> b.bucket(bucket)
                                            .key("music")
                                            .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                            .ssekmsKeyId("music"),
                                    RequestBody.fromBytes(SMALL))
                            .ssekmsKeyId())
                    .isEqualTo("music");
            put(client, bucket, "after", large);
            var managed = client.putObject(b -> b.bucket(bucket).key("managed after"), RequestBody.fromBytes(SMALL));
            assertThat(managed.serverSideEncryption()).isEqualTo(ServerSideEncryption.AES256);
            for (int round = 0; round < 2; round++) {
                // the connections of the first client end with the server's first run
                try (S3Client reader = Sdk.sync(server)) {
                    assertThat(get(reader, bucket, "before")).isEqualTo(large);
                    assertThat(get(reader, bucket, "after")).isEqualTo(large);
                    assertThat(get(reader, bucket, "managed before")).isEqualTo(SMALL);
                    assertThat(get(reader, bucket, "managed after")).isEqualTo(SMALL);
                }
                if (round == 0) {
                    assertThat(server.stop()).isZero();
                    server.start();
                }
            }
        }
    }

    @Test
    void aKeyThatIsDisabledOrGoneIsAClearError(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(settings(lab, ring(lab))).start();
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
            put(client, bucket, "k", SMALL);
            assertThat(keys(lab, "disable", "photos").exit()).isZero();
            Eventually.holds(
                    SOON,
                    () -> assertThat(Sdk.refusal(() -> get(client, bucket, "k")))
                            .isEqualTo("400 KMS.DisabledException"));
            assertThat(keys(lab, "enable", "photos").exit()).isZero();
            Eventually.holds(
                    SOON, () -> assertThatCode(() -> get(client, bucket, "k")).doesNotThrowAnyException());
            assertThat(get(client, bucket, "k")).isEqualTo(SMALL);
            assertThat(Sdk.refusal(() -> client.putObject(
                            b -> b.bucket(bucket)
                                    .key("k")
                                    .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                                    .ssekmsKeyId("no-such-key"),
                            RequestBody.fromBytes(SMALL))))
                    .isEqualTo("400 KMS.NotFoundException");
        }
        assertThat(server.stop()).isZero();
        Path other = lab.path("other-keys").resolve("ring.json");
        assertThat(keys(lab, other, "create", "landscapes").exit()).isZero();
        SkerryServer without = lab.server(Settings.of(lab.path("data")).withYaml("encryption:", "  key_ring: " + other))
                .start();
        try (S3Client client = Sdk.sync(without)) {
            assertThat(Sdk.refusal(() -> get(client, bucket, "k"))).isEqualTo("400 KMS.NotFoundException");
            assertThat(client.headObject(b -> b.bucket(bucket).key("k")).ssekmsKeyId())
                    .isEqualTo("photos");
        }
        assertThat(without.stop()).isZero();
        SkerryServer keyless = lab.server(Settings.of(lab.path("data"))).start();
        try (S3Client client = Sdk.sync(keyless)) {
            assertThat(Sdk.refusal(() -> get(client, bucket, "k"))).isEqualTo("400 KMS.NotFoundException");
            assertThat(Sdk.refusal(
                            () -> client.putObject(b -> b.bucket(bucket).key("plain?"), RequestBody.fromBytes(SMALL))))
                    .as("the bucket says that it encrypts")
                    .isEqualTo("400 KMS.NotFoundException");
            String unencrypted = Sdk.bucket(client);
            assertThat(Sdk.refusal(() -> client.getBucketEncryption(b -> b.bucket(unencrypted))))
                    .isEqualTo("404 ServerSideEncryptionConfigurationNotFoundError");
            assertThat(Sdk.refusal(() -> client.putObject(
                            b -> b.bucket(unencrypted).key("k").serverSideEncryption(ServerSideEncryption.AES256),
                            RequestBody.fromBytes(SMALL))))
                    .isEqualTo("501 NotImplemented");
            assertThat(client.putObject(b -> b.bucket(unencrypted).key("k"), RequestBody.fromBytes(SMALL))
                            .serverSideEncryption())
                    .isNull();
        }
    }

    private static String md5(byte[] bytes) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    }

    private static String key(int seed) {
        return Base64.getEncoder().encodeToString(Bytes.of(seed, 32));
    }

    @Test
    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    void aClientsKeyGoesOverTlsAndShowsNowhere(ServerLab lab) throws Exception {
        Path folder = Files.createDirectories(lab.path("tls"));
        Certificate certificate = Certificate.make(folder);
        certificate.writeCertificate(folder.resolve("certificate.pem"));
        certificate.writeKey(folder.resolve("key.pem"));
        SkerryServer server = lab.server(settings(lab, ring(lab), "log:", "  level: debug", "  access: stdout")
                        .withTls(folder.resolve("certificate.pem"), folder.resolve("key.pem")))
                .start();
        String key = key(1);
        String md5 = md5(Base64.getDecoder().decode(key));
        String wrong = key(2);
        String wrongMd5 = md5(Base64.getDecoder().decode(wrong));
        byte[] large = Bytes.of(5, 6_000_000);
        var trusted = certificate.trusted();
        try (S3Client client = Sdk.syncBuilder(server)
                .httpClientBuilder(ApacheHttpClient.builder().tlsTrustManagersProvider(() -> trusted))
                .build()) {
            String bucket = Sdk.bucket(client);
            for (byte[] content : List.of(SMALL, large)) {
                var written = client.putObject(
                        b -> b.bucket(bucket)
                                .key("k")
                                .sseCustomerAlgorithm("AES256")
                                .sseCustomerKey(key)
                                .sseCustomerKeyMD5(md5),
                        RequestBody.fromBytes(content));
                assertThat(written.sseCustomerKeyMD5()).isEqualTo(md5);
                assertThat(written.serverSideEncryption()).isNull();
                assertThat(read(client, bucket, "k", key, md5)).isEqualTo(content);
            }
            assertThat(Sdk.refusal(() -> get(client, bucket, "k"))).isEqualTo("400 InvalidRequest");
            assertThat(Sdk.refusal(() -> read(client, bucket, "k", wrong, wrongMd5)))
                    .isEqualTo("403 AccessDenied");
            assertThat(Sdk.refusal(() -> read(client, bucket, "k", key, wrongMd5)))
                    .isEqualTo("400 InvalidArgument");
            client.copyObject(b -> b.sourceBucket(bucket)
                    .sourceKey("k")
                    .copySourceSSECustomerAlgorithm("AES256")
                    .copySourceSSECustomerKey(key)
                    .copySourceSSECustomerKeyMD5(md5)
                    .destinationBucket(bucket)
                    .destinationKey("copy")
                    .sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(wrong)
                    .sseCustomerKeyMD5(wrongMd5));
            assertThat(read(client, bucket, "copy", wrong, wrongMd5)).isEqualTo(large);
            inParts(client, bucket, key, md5, large);
        }
        shownNowhere(lab, server, List.of(key, wrong));
        assertThat(server.stop()).isZero();
        overPlainHttp(lab, key, md5);
    }

    private static byte[] read(S3Client client, String bucket, String name, String key, String md5) {
        return client.getObjectAsBytes(b -> b.bucket(bucket)
                        .key(name)
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(key)
                        .sseCustomerKeyMD5(md5))
                .asByteArrayUnsafe();
    }

    private static void inParts(S3Client client, String bucket, String key, String md5, byte[] content) {
        String upload = client.createMultipartUpload(b -> b.bucket(bucket)
                        .key("parts")
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(key)
                        .sseCustomerKeyMD5(md5))
                .uploadId();
        assertThat(Sdk.refusal(() -> client.uploadPart(
                        b -> b.bucket(bucket).key("parts").uploadId(upload).partNumber(1),
                        RequestBody.fromBytes(content))))
                .isEqualTo("400 InvalidRequest");
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            int part = number;
            String etag = client.uploadPart(
                            b -> b.bucket(bucket)
                                    .key("parts")
                                    .uploadId(upload)
                                    .partNumber(part)
                                    .sseCustomerAlgorithm("AES256")
                                    .sseCustomerKey(key)
                                    .sseCustomerKeyMD5(md5),
                            RequestBody.fromBytes(content))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
        }
        client.completeMultipartUpload(
                b -> b.bucket(bucket).key("parts").uploadId(upload).multipartUpload(u -> u.parts(parts)));
        byte[] whole = read(client, bucket, "parts", key, md5);
        assertThat(whole).hasSize(2 * content.length).startsWith(content).endsWith(content);
    }

    private static void shownNowhere(ServerLab lab, SkerryServer server, List<String> customerKeys) throws IOException {
        List<String> secrets = new ArrayList<>(customerKeys);
        Matcher secret = SECRET.matcher(Files.readString(ring(lab)));
        while (secret.find()) {
            secrets.add(secret.group(1));
        }
        assertThat(secrets).hasSize(4);
        String log = String.join("\n", server.log());
        assertThat(log).contains("PutObject");
        for (String each : secrets) {
            assertThat(log).doesNotContain(each);
            byte[] bytes = Base64.getDecoder().decode(each);
            try (Stream<Path> files = Files.walk(lab.path("data"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertThat(content.contains(each)).as(file.toString()).isFalse();
                    assertThat(content.contains(new String(bytes, StandardCharsets.ISO_8859_1)))
                            .as(file.toString())
                            .isFalse();
                }
            }
        }
    }

    private static void overPlainHttp(ServerLab lab, String key, String md5) throws IOException {
        SkerryServer server = lab.server(settings(lab, ring(lab))).start();
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            put(client, bucket, "k", SMALL);
            assertThat(Sdk.refusal(() -> read(client, bucket, "k", key, md5))).isEqualTo("400 InvalidRequest");
            assertThat(MetricsPage.of(server).samples())
                    .noneMatch(sample -> sample.labels().toString().contains(key));
        }
    }

    @Test
    void aRingThatIsNotSafeStopsTheStart(ServerLab lab) throws IOException {
        assertThat(keys(lab, "create", "photos").exit()).isZero();
        Files.setPosixFilePermissions(ring(lab), PosixFilePermissions.fromString("rw-r--r--"));
        refused(lab, ring(lab), "chmod 600");
        assertThat(keys(lab, "list").exit()).isEqualTo(1);
        refused(lab, lab.path("data").resolve("ring.json"), "lies in the data folder");
        Files.setPosixFilePermissions(ring(lab), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(ring(lab), Files.readString(ring(lab)).replace("\"photos\"", "\"videos\""));
        refused(lab, ring(lab), "seal");
    }

    private static void refused(ServerLab lab, Path ring, String says) {
        SkerryServer server = lab.server(settings(lab, ring));
        assertThat(server.startExpectingExit()).isNotZero();
        assertThat(server.tail(5)).contains(says).doesNotContain("\tat ");
    }

    @Test
    void keysMadeAtTheSameTimeAreAllKept(ServerLab lab) throws Exception {
        int processes = 4;
        try (ExecutorService pool = Executors.newFixedThreadPool(processes)) {
            List<Future<Command>> made = new ArrayList<>();
            for (int i = 0; i < processes; i++) {
                String name = "key-" + i;
                made.add(pool.submit(() -> keys(lab, "create", name)));
            }
            for (Future<Command> each : made) {
                assertThat(each.get().exit()).as(each.get().text()).isZero();
            }
        }
        Command list = keys(lab, "list");
        assertThat(list.lines()).hasSize(processes + 2);
        assertThat(list.text()).contains("key-0", "key-3", "aws/s3");
        assertThat(keys(lab, "create", "key-0").text()).contains("is there already");
        assertThat(keys(lab, "rotate", "key-9").exit()).isEqualTo(1);
        Matcher secret = SECRET.matcher(Files.readString(ring(lab)));
        assertThat(secret.find()).isTrue();
        assertThat(list.text()).doesNotContain(secret.group(1));
    }
}
