package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.PartitionDateSource;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;
import software.amazon.awssdk.services.s3.model.TargetGrant;

/** Server access logging: lines as S3 writes them, in objects of another bucket, and none about themselves. */
@ExtendWith(WithServer.class)
class ServerAccessLogTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    /** The fields of a line: a time in brackets, a text in quotes, or a word. */
    private static final Pattern FIELD = Pattern.compile("\\[[^\\]]*\\]|\"[^\"]*\"|\\S+");

    private static SkerryServer server(ServerLab lab, String interval) {
        return lab.server(Settings.of(lab.path("data")).withYaml("s3:", "  access_log_interval: " + interval))
                .start();
    }

    private static void log(S3Client client, String source, String target, String prefix) {
        client.putBucketLogging(b -> b.bucket(source)
                .bucketLoggingStatus(
                        s -> s.loggingEnabled(e -> e.targetBucket(target).targetPrefix(prefix))));
    }

    private static List<String> lines(S3Client client, String target, String prefix) {
        return client.listObjectsV2(b -> b.bucket(target).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .map(key ->
                        client.getObjectAsBytes(b -> b.bucket(target).key(key)).asString(StandardCharsets.UTF_8))
                .flatMap(String::lines)
                .toList();
    }

    private static List<String> fields(String line) {
        return FIELD.matcher(line).results().map(result -> result.group()).toList();
    }

    @Test
    void everyRequestIsALine(ServerLab lab) throws Throwable {
        SkerryServer server = server(lab, "200ms");
        try (S3Client client = Sdk.sync(server)) {
            String source = Sdk.bucket(client);
            String target = Sdk.bucket(client);
            String owner = client.listBuckets().owner().id();
            log(client, source, target, "logs/");
            client.putObject(b -> b.bucket(source).key("a key \"é\""), RequestBody.fromString("text"));
            client.getObjectAsBytes(b -> b.bucket(source).key("a key \"é\"").range("bytes=1-2"));
            Sdk.refusal(() -> client.getObjectAsBytes(b -> b.bucket(source).key("none")));
            client.getBucketVersioning(b -> b.bucket(source));
            Wire.exchange(
                    server.s3(),
                    WireRequest.object("GET", server.s3(), source, "none")
                            .header("user-agent", "evil\" agent")
                            .header("referer", "http://example.com/"));
            Wire.exchange(
                    server.s3(),
                    WireRequest.object("GET", server.s3(), source, "none").presign(Duration.ofMinutes(1)));
            Eventually.holds(
                    SOON, () -> assertThat(lines(client, target, "logs/")).hasSize(6));

            List<List<String>> lines = lines(client, target, "logs/").stream()
                    .map(ServerAccessLogTest::fields)
                    .toList();
            assertThat(lines).allSatisfy(line -> assertThat(line).hasSize(26));
            List<String> put = only(lines, "REST.PUT.OBJECT");
            assertThat(put.subList(0, 2)).containsExactly(owner, source);
            assertThat(put.get(2)).matches("\\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000]");
            assertThat(put.get(3)).isEqualTo("127.0.0.1");
            assertThat(put.get(4)).isEqualTo(owner);
            assertThat(put.get(7)).isEqualTo("a%20key%20%22%C3%A9%22");
            assertThat(put.get(8)).startsWith("\"PUT /" + source + "/a%20key").endsWith(" HTTP/1.1\"");
            assertThat(put.subList(9, 11)).containsExactly("200", "-");
            assertThat(put.get(12)).as("object size").isEqualTo("4");
            assertThat(put.subList(19, 22)).containsExactly("SigV4", "-", "AuthHeader");
            List<String> get = lines.stream()
                    .filter(line ->
                            line.get(6).equals("REST.GET.OBJECT") && line.get(9).equals("206"))
                    .findFirst()
                    .orElseThrow();
            assertThat(get.subList(11, 13)).as("bytes sent, object size").containsExactly("2", "4");
            assertThat(lines).anySatisfy(line -> assertThat(line.subList(9, 11)).containsExactly("404", "NoSuchKey"));
            assertThat(only(lines, "REST.GET.VERSIONING").get(7)).isEqualTo("-");
            assertThat(lines).anySatisfy(line -> {
                assertThat(line.get(4)).as("nobody signed").isEqualTo("-");
                assertThat(line.subList(9, 11)).containsExactly("403", "AccessDenied");
                assertThat(line.subList(15, 17)).containsExactly("\"http://example.com/\"", "\"evil%22 agent\"");
                assertThat(line.subList(19, 22)).containsExactly("-", "-", "-");
            });
            assertThat(lines).anySatisfy(line -> {
                assertThat(line.get(21)).isEqualTo("QueryString");
                assertThat(line.get(8)).contains("X-Amz-Signature=- ");
            });
        }
    }

    private static List<String> only(List<List<String>> lines, String operation) {
        return lines.stream()
                .filter(line -> line.get(6).equals(operation))
                .findFirst()
                .orElseThrow(() -> new AssertionError(operation + " in " + lines));
    }

    @Test
    void aBucketMayKeepItsOwnLogWhichDoesNotLogItself(ServerLab lab) throws Throwable {
        SkerryServer server = server(lab, "100ms");
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            client.putBucketLogging(b -> b.bucket(bucket)
                    .bucketLoggingStatus(s -> s.loggingEnabled(e -> e.targetBucket(bucket)
                            .targetPrefix("own-")
                            .targetObjectKeyFormat(f ->
                                    f.partitionedPrefix(p -> p.partitionDateSource(PartitionDateSource.EVENT_TIME))))));
            client.putObject(b -> b.bucket(bucket).key("a"), RequestBody.fromString("text"));
            Eventually.holds(SOON, () -> assertThat(logs(server)).isGreaterThanOrEqualTo(1));
            client.putBucketLogging(b -> b.bucket(bucket).bucketLoggingStatus(s -> {}));
            Eventually.holds(SOON, () -> assertThat(waiting(server)).isZero());
            List<S3Object> written =
                    client.listObjectsV2(b -> b.bucket(bucket).prefix("own-")).contents();
            assertThat(written)
                    .as("one for the PUT, and one for the request that ended it where that came in another interval")
                    .hasSizeBetween(1, 2)
                    .allSatisfy(log -> assertThat(log.key())
                            .matches("own-[0-9a-f]+/us-east-1/" + bucket
                                    + "/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\d-00-00-00-[0-9A-F]{16}"));
            assertThat(client.getBucketLogging(b -> b.bucket(bucket)).loggingEnabled())
                    .isNull();
        }
    }

    @Test
    void whatWasGatheredIsWrittenWhenTheServerStops(ServerLab lab) throws Throwable {
        SkerryServer server = server(lab, "24h");
        String source;
        String target;
        try (S3Client client = Sdk.sync(server)) {
            source = Sdk.bucket(client);
            target = Sdk.bucket(client);
            log(client, source, target, "");
            for (int i = 0; i < 20; i++) {
                String key = "k" + i;
                client.putObject(b -> b.bucket(source).key(key), RequestBody.fromString("text"));
            }
            assertThat(lines(client, target, "")).isEmpty();
        }
        assertThat(server.stop()).isZero();
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(lines(client, target, "")).hasSize(20);
        }
    }

    @Test
    void aTargetThatIsNotThereIsRefusedAndOneThatGoesLosesLinesOnly(ServerLab lab) throws Throwable {
        SkerryServer server = server(lab, "100ms");
        try (S3Client client = Sdk.sync(server)) {
            String source = Sdk.bucket(client);
            String target = Sdk.bucket(client);
            assertThat(Sdk.refusal(() -> client.putBucketLogging(b -> b.bucket(source)
                            .bucketLoggingStatus(s -> s.loggingEnabled(
                                    e -> e.targetBucket("nowhere").targetPrefix(""))))))
                    .isEqualTo("400 InvalidTargetBucketForLogging");
            assertThat(Sdk.refusal(() -> client.putBucketLogging(b -> b.bucket(source)
                            .bucketLoggingStatus(s -> s.loggingEnabled(e -> e.targetBucket(target)
                                    .targetPrefix("")
                                    .targetGrants(TargetGrant.builder()
                                            .permission("READ")
                                            .grantee(who -> who.type("Group")
                                                    .uri("http://acs.amazonaws.com/groups/global/AllUsers"))
                                            .build()))))))
                    .as("access lists do not count there")
                    .isEqualTo("400 InvalidArgument");
            log(client, source, target, "");
            client.deleteBucket(b -> b.bucket(target));
            client.putObject(b -> b.bucket(source).key("a"), RequestBody.fromString("text"));
            Eventually.holds(
                    SOON,
                    () -> assertThat(metric(server, "skerry_server_access_log_dropped_lines_total"))
                            .isPositive());
            assertThat(client.getObjectAsBytes(b -> b.bucket(source).key("a")).asUtf8String())
                    .isEqualTo("text");
        }
    }

    @Test
    void logsAreEncryptedAndLockedAsTheirBucketSays(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml(
                                "s3:",
                                "  access_log_interval: 200ms",
                                "encryption:",
                                "  key_ring: " + lab.path("keys").resolve("ring.json"),
                                "  keys: [logs]"))
                .start();
        try (S3Client client = Sdk.sync(server)) {
            String source = Sdk.bucket(client);
            String target = source + "-logs";
            client.createBucket(b -> b.bucket(target).objectLockEnabledForBucket(true));
            client.putObjectLockConfiguration(b -> b.bucket(target)
                    .objectLockConfiguration(c -> c.objectLockEnabled(ObjectLockEnabled.ENABLED)
                            .rule(r -> r.defaultRetention(d ->
                                    d.mode(ObjectLockRetentionMode.GOVERNANCE).days(1)))));
            client.putBucketEncryption(b -> b.bucket(target)
                    .serverSideEncryptionConfiguration(c -> c.rules(ServerSideEncryptionRule.builder()
                            .applyServerSideEncryptionByDefault(d ->
                                    d.sseAlgorithm(ServerSideEncryption.AWS_KMS).kmsMasterKeyID("logs"))
                            .build())));
            log(client, source, target, "");
            client.putObject(b -> b.bucket(source).key("a"), RequestBody.fromString("text"));
            Eventually.holds(SOON, () -> assertThat(lines(client, target, "")).isNotEmpty());
            String key = client.listObjectsV2(b -> b.bucket(target))
                    .contents()
                    .getFirst()
                    .key();
            HeadObjectResponse head = client.headObject(b -> b.bucket(target).key(key));
            assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
            assertThat(head.ssekmsKeyId()).isEqualTo("logs");
            assertThat(head.objectLockMode()).isEqualTo(ObjectLockMode.GOVERNANCE);
            assertThat(Sdk.refusal(() ->
                            client.deleteObject(b -> b.bucket(target).key(key).versionId(head.versionId()))))
                    .isEqualTo("403 AccessDenied");
        }
    }

    private static double logs(SkerryServer server) throws Exception {
        return metric(server, "skerry_server_access_logs_total");
    }

    private static double waiting(SkerryServer server) throws Exception {
        return metric(server, "skerry_server_access_log_waiting_bytes");
    }

    private static double metric(SkerryServer server, String name) throws Exception {
        String page = Wire.exchange(server.s3(), WireRequest.of("GET", server.s3(), "/_/metrics"))
                .text();
        Matcher value =
                Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$").matcher(page);
        assertThat(value.find()).as(name).isTrue();
        return Double.parseDouble(value.group(1));
    }
}
