package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/** Lifecycle rules at work, on servers to which a day is a second. */
@ExtendWith(WithServer.class)
class SdkLifecycleTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    private static SkerryServer start(ServerLab lab, String... more) {
        List<String> yaml = new ArrayList<>(List.of("lifecycle:", "  day: 1s", "  interval: 200ms"));
        yaml.addAll(List.of(more));
        return lab.server(Settings.of(lab.path("data")).withYaml(yaml.toArray(String[]::new)))
                .start();
    }

    private static void rules(S3Client client, String bucket, List<UnaryOperator<LifecycleRule.Builder>> rules) {
        List<LifecycleRule> all = rules.stream()
                .map(rule -> rule.apply(LifecycleRule.builder().status(ExpirationStatus.ENABLED))
                        .build())
                .toList();
        client.putBucketLifecycleConfiguration(b -> b.bucket(bucket).lifecycleConfiguration(c -> c.rules(all)));
    }

    private static String put(S3Client client, String bucket, String key, String text) {
        return client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text))
                .versionId();
    }

    private static List<String> keys(S3Client client, String bucket) {
        return client.listObjectsV2(b -> b.bucket(bucket)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Test
    void objectsExpireByPrefixTagAndSize(ServerLab lab) throws Throwable {
        try (S3Client client = Sdk.sync(start(lab))) {
            String bucket = Sdk.bucket(client);
            put(client, bucket, "tmp/a", "x");
            put(client, bucket, "kept", "x");
            put(client, bucket, "large", "x".repeat(20_000));
            client.putObject(b -> b.bucket(bucket).key("tagged").tagging("temp=yes"), RequestBody.fromString("x"));
            rules(
                    client,
                    bucket,
                    List.of(
                            rule -> rule.filter(f -> f.prefix("tmp/")).expiration(e -> e.days(1)),
                            rule -> rule.filter(f -> f.objectSizeGreaterThan(10_000L))
                                    .expiration(e -> e.days(1)),
                            rule -> rule.filter(f -> f.tag(Tag.builder()
                                            .key("temp")
                                            .value("yes")
                                            .build()))
                                    .expiration(e -> e.days(1))));
            Eventually.holds(SOON, () -> assertThat(keys(client, bucket)).containsExactly("kept"));
        }
    }

    @Test
    void aVersionedBucketGrowsOldAndALockIsKept(ServerLab lab) throws Throwable {
        try (S3Client client = Sdk.sync(start(lab))) {
            String bucket = "locked";
            client.createBucket(b -> b.bucket(bucket).objectLockEnabledForBucket(true));
            String held = put(client, bucket, "a", "one");
            client.putObjectLegalHold(b ->
                    b.bucket(bucket).key("a").versionId(held).legalHold(h -> h.status(ObjectLockLegalHoldStatus.ON)));
            put(client, bucket, "a", "two");
            put(client, bucket, "b", "three");
            rules(
                    client,
                    bucket,
                    List.of(rule -> rule.filter(f -> f.prefix(""))
                            .expiration(e -> e.days(1))
                            .noncurrentVersionExpiration(n -> n.noncurrentDays(1))));
            Eventually.holds(SOON, () -> {
                var listed = client.listObjectVersions(b -> b.bucket(bucket));
                assertThat(listed.versions())
                        .extracting(ObjectVersion::versionId)
                        .containsExactly(held);
                assertThat(listed.deleteMarkers())
                        .extracting(marker -> marker.key())
                        .containsExactly("a");
            });
            assertThat(client.getObjectAsBytes(b -> b.bucket(bucket).key("a").versionId(held))
                            .asUtf8String())
                    .isEqualTo("one");
        }
    }

    @Test
    void aMovedObjectIsWhatItWas(ServerLab lab) throws Throwable {
        try (S3Client client = Sdk.sync(start(lab))) {
            String bucket = Sdk.bucket(client);
            put(client, bucket, "small", "x");
            put(client, bucket, "large", "x".repeat(200_000));
            String etag = client.headObject(b -> b.bucket(bucket).key("large")).eTag();
            rules(
                    client,
                    bucket,
                    List.of(rule -> rule.filter(f -> f.prefix(""))
                            .transitions(Transition.builder()
                                    .days(1)
                                    .storageClass(TransitionStorageClass.GLACIER)
                                    .build())));
            Eventually.holds(
                    SOON,
                    () -> assertThat(client.headObject(b -> b.bucket(bucket).key("large"))
                                    .storageClassAsString())
                            .isEqualTo("GLACIER"));
            assertThat(client.headObject(b -> b.bucket(bucket).key("large")).eTag())
                    .isEqualTo(etag);
            assertThat(client.headObject(b -> b.bucket(bucket).key("small")).storageClassAsString())
                    .as("too small to move")
                    .isNull();
            assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents())
                    .extracting(S3Object::storageClassAsString)
                    .containsExactly("GLACIER", "STANDARD");
        }
    }

    @Test
    void uploadsAreAbortedAndAnswersSayWhen(ServerLab lab) throws Throwable {
        try (S3Client client = Sdk.sync(start(lab))) {
            String bucket = Sdk.bucket(client);
            rules(
                    client,
                    bucket,
                    List.of(rule -> rule.id("stale")
                            .filter(f -> f.prefix(""))
                            .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(2))));
            var begun = client.createMultipartUpload(b -> b.bucket(bucket).key("u"));
            assertThat(begun.abortRuleId()).isEqualTo("stale");
            assertThat(begun.abortDate()).isAfter(Instant.now().plus(Duration.ofDays(2)));
            Eventually.holds(
                    SOON,
                    () -> assertThat(client.listMultipartUploads(b -> b.bucket(bucket))
                                    .uploads())
                            .isEmpty());
        }
    }

    @Test
    void aServerThatIsKilledGoesOn(ServerLab lab) throws Throwable {
        SkerryServer server = start(lab, "  actions_per_second: 200");
        String bucket;
        try (S3Client client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
            for (int i = 0; i < 800; i++) {
                put(client, bucket, "k" + i, "x");
            }
            client.putBucketVersioning(
                    b -> b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
            rules(client, bucket, List.of(rule -> rule.filter(f -> f.prefix("")).expiration(e -> e.days(1))));
            Eventually.holds(SOON, () -> assertThat(keys(client, bucket).size()).isLessThan(800));
            server.kill();
        }
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            Eventually.holds(SOON, () -> assertThat(keys(client, bucket)).isEmpty());
            var versions = client.listObjectVersionsPaginator(b -> b.bucket(bucket));
            assertThat(versions.versions().stream().count()).isEqualTo(800);
            assertThat(versions.deleteMarkers().stream().count())
                    .as("nothing expired twice")
                    .isEqualTo(800);
        }
    }
}
