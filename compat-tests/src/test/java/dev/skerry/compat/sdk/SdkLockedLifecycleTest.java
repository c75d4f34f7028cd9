package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.NoncurrentVersionTransition;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/**
 * Lifecycle rules against locks, on servers to which a day of a rule is a second: what is locked stays until the lock
 * ends, and then goes; delete markers are written over it, and its class changes, as ever.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-lifecycle">
 *     Managing object lifecycles with Object Lock</a>
 */
@ExtendWith(WithServer.class)
class SdkLockedLifecycleTest {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String BUCKET = "locked";

    private static SkerryServer start(ServerLab lab) {
        return lab.server(Settings.of(lab.path("data")).withYaml("lifecycle:", "  day: 1s", "  interval: 200ms"))
                .start();
    }

    private static S3Client client(SkerryServer server) {
        S3Client client = Sdk.sync(server);
        client.createBucket(b -> b.bucket(BUCKET).objectLockEnabledForBucket(true));
        return client;
    }

    private static String put(S3Client client, String key, String text) {
        return client.putObject(b -> b.bucket(BUCKET).key(key), RequestBody.fromString(text))
                .versionId();
    }

    private static String putRetained(S3Client client, String key, ObjectLockMode mode, Instant until) {
        return client.putObject(
                        b -> b.bucket(BUCKET).key(key).objectLockMode(mode).objectLockRetainUntilDate(until),
                        RequestBody.fromString("one"))
                .versionId();
    }

    private static void hold(S3Client client, String key, String version, ObjectLockLegalHoldStatus status) {
        client.putObjectLegalHold(
                b -> b.bucket(BUCKET).key(key).versionId(version).legalHold(h -> h.status(status)));
    }

    private static void rules(S3Client client, List<UnaryOperator<LifecycleRule.Builder>> rules) {
        List<LifecycleRule> all = rules.stream()
                .map(rule -> rule.apply(LifecycleRule.builder()
                                .status(ExpirationStatus.ENABLED)
                                .filter(f -> f.prefix("")))
                        .build())
                .toList();
        client.putBucketLifecycleConfiguration(b -> b.bucket(BUCKET).lifecycleConfiguration(c -> c.rules(all)));
    }

    private static LifecycleRule.Builder removingNoncurrent(LifecycleRule.Builder rule) {
        return rule.noncurrentVersionExpiration(n -> n.noncurrentDays(1));
    }

    private static List<String> versions(S3Client client) {
        return client.listObjectVersions(b -> b.bucket(BUCKET)).versions().stream()
                .map(ObjectVersion::versionId)
                .toList();
    }

    private static List<String> markers(S3Client client) {
        return client.listObjectVersions(b -> b.bucket(BUCKET)).deleteMarkers().stream()
                .map(DeleteMarkerEntry::key)
                .toList();
    }

    private static Instant in(Duration time) {
        return Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Makes a pass at once, and says what came of it. */
    private static String pass(SkerryServer server) throws IOException {
        return Wire.exchange(
                        server.s3(),
                        WireRequest.of("POST", server.s3(), "/_/admin/v1/lifecycle")
                                .sign())
                .text();
    }

    @Test
    void everyKindOfLockKeepsANoncurrentVersionUntilItEnds(ServerLab lab) throws Throwable {
        SkerryServer server = start(lab);
        try (S3Client client = client(server)) {
            Instant until = in(Duration.ofSeconds(30));
            String governed = putRetained(client, "a", ObjectLockMode.GOVERNANCE, until);
            String compliant = putRetained(client, "b", ObjectLockMode.COMPLIANCE, until);
            String held = put(client, "c", "one");
            hold(client, "c", held, ObjectLockLegalHoldStatus.ON);
            String free = put(client, "d", "one");
            List<String> current = List.of(
                    put(client, "a", "two"), put(client, "b", "two"), put(client, "c", "two"), put(client, "d", "two"));
            rules(client, List.of(SdkLockedLifecycleTest::removingNoncurrent));

            Eventually.holds(SOON, () -> assertThat(versions(client)).doesNotContain(free));
            assertThat(pass(server))
                    .contains("\"removed\":0")
                    .contains("\"kept\":3")
                    .contains("\"failed\":0");
            assertThat(versions(client)).contains(governed, compliant, held).containsAll(current);
            assertThat(Instant.now()).as("looked at in time").isBefore(until);

            Eventually.holds(SOON, () -> assertThat(versions(client)).doesNotContain(governed, compliant));
            assertThat(Instant.now()).isAfterOrEqualTo(until);
            assertThat(versions(client)).contains(held);
            hold(client, "c", held, ObjectLockLegalHoldStatus.OFF);
            Eventually.holds(SOON, () -> assertThat(versions(client)).containsExactlyInAnyOrderElementsOf(current));
        }
        assertThat(server.stop()).isZero();
    }

    /** A marker is written over a locked version once; it goes when the version beneath has gone. */
    @Test
    void aLockedCurrentVersionExpiresBelowAMarker(ServerLab lab) throws Throwable {
        SkerryServer server = start(lab);
        try (S3Client client = client(server)) {
            String held = put(client, "a", "one");
            hold(client, "a", held, ObjectLockLegalHoldStatus.ON);
            rules(client, List.of(rule -> removingNoncurrent(rule).expiration(e -> e.days(1))));

            Eventually.holds(SOON, () -> assertThat(markers(client)).containsExactly("a"));
            Eventually.holds(SOON, () -> assertThat(pass(server)).contains("\"kept\":1"));
            assertThat(markers(client)).containsExactly("a");
            assertThat(Sdk.refusal(() -> client.headObject(b -> b.bucket(BUCKET).key("a"))))
                    .startsWith("404");
            assertThat(client.getObjectAsBytes(b -> b.bucket(BUCKET).key("a").versionId(held))
                            .asUtf8String())
                    .isEqualTo("one");

            hold(client, "a", held, ObjectLockLegalHoldStatus.OFF);
            Eventually.holds(SOON, () -> {
                assertThat(versions(client)).isEmpty();
                assertThat(markers(client)).isEmpty();
            });
        }
        assertThat(server.stop()).isZero();
    }

    /** Retention by the bucket's default is retention; markers have none. */
    @Test
    void theDefaultRetentionOfABucketKeepsVersionsButNoMarkers(ServerLab lab) throws Throwable {
        SkerryServer server = start(lab);
        try (S3Client client = client(server)) {
            client.putObjectLockConfiguration(b -> b.bucket(BUCKET)
                    .objectLockConfiguration(c -> c.objectLockEnabled(ObjectLockEnabled.ENABLED)
                            .rule(r -> r.defaultRetention(d ->
                                    d.mode(ObjectLockRetentionMode.GOVERNANCE).days(1)))));
            String kept = put(client, "a", "one");
            client.deleteObject(b -> b.bucket(BUCKET).key("a"));
            client.deleteObject(b -> b.bucket(BUCKET).key("never was"));
            rules(
                    client,
                    List.of(
                            rule -> rule.expiration(e -> e.expiredObjectDeleteMarker(true)),
                            SdkLockedLifecycleTest::removingNoncurrent));

            Eventually.holds(SOON, () -> assertThat(markers(client)).containsExactly("a"));
            Eventually.holds(SOON, () -> assertThat(pass(server)).contains("\"kept\":1"));
            assertThat(versions(client)).containsExactly(kept);

            client.putObjectRetention(b -> b.bucket(BUCKET)
                    .key("a")
                    .versionId(kept)
                    .bypassGovernanceRetention(true)
                    .retention(r ->
                            r.mode(ObjectLockRetentionMode.GOVERNANCE).retainUntilDate(in(Duration.ofSeconds(3)))));
            Eventually.holds(SOON, () -> {
                assertThat(versions(client)).isEmpty();
                assertThat(markers(client)).isEmpty();
            });
        }
        assertThat(server.stop()).isZero();
    }

    @Test
    void lockedVersionsMoveAndStayLocked(ServerLab lab) throws Throwable {
        SkerryServer server = start(lab);
        String text = "x".repeat(200_000);
        try (S3Client client = client(server)) {
            Instant until = in(Duration.ofDays(1));
            String held = put(client, "a", text);
            hold(client, "a", held, ObjectLockLegalHoldStatus.ON);
            String compliant = put(client, "a", text);
            client.putObjectRetention(b -> b.bucket(BUCKET)
                    .key("a")
                    .versionId(compliant)
                    .retention(r -> r.mode(ObjectLockRetentionMode.COMPLIANCE).retainUntilDate(until)));
            rules(
                    client,
                    List.of(rule -> rule.transitions(Transition.builder()
                                    .days(1)
                                    .storageClass(TransitionStorageClass.GLACIER)
                                    .build())
                            .noncurrentVersionTransitions(NoncurrentVersionTransition.builder()
                                    .noncurrentDays(1)
                                    .storageClass(TransitionStorageClass.DEEP_ARCHIVE)
                                    .build())));

            Eventually.holds(SOON, () -> {
                assertThat(head(client, compliant).storageClassAsString()).isEqualTo("GLACIER");
                assertThat(head(client, held).storageClassAsString()).isEqualTo("DEEP_ARCHIVE");
            });
            assertThat(head(client, compliant).objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
            assertThat(head(client, compliant).objectLockRetainUntilDate()).isEqualTo(until);
            assertThat(head(client, held).objectLockLegalHoldStatus()).isEqualTo(ObjectLockLegalHoldStatus.ON);
            for (String version : List.of(held, compliant)) {
                assertThat(Sdk.refusal(() -> client.deleteObject(b ->
                                b.bucket(BUCKET).key("a").versionId(version).bypassGovernanceRetention(true))))
                        .isEqualTo("403 AccessDenied");
                assertThat(client.getObjectAsBytes(
                                        b -> b.bucket(BUCKET).key("a").versionId(version))
                                .asUtf8String())
                        .isEqualTo(text);
            }
        }
        assertThat(server.stop()).isZero();
    }

    private static HeadObjectResponse head(S3Client client, String version) {
        return client.headObject(b -> b.bucket(BUCKET).key("a").versionId(version));
    }
}
