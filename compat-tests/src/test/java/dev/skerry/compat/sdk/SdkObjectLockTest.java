package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** Locked versions against everything a client can do to lose them, through either protocol. */
@ExtendWith(WithServer.class)
class SdkObjectLockTest {
    private static final String REFUSED = "403 AccessDenied";
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final int IN_FILES = 100_000;

    private static String lockedBucket(S3Client client) {
        byte[] random = new byte[6];
        ThreadLocalRandom.current().nextBytes(random);
        String name = "lock-" + HexFormat.of().formatHex(random);
        client.createBucket(b -> b.bucket(name).objectLockEnabledForBucket(true));
        return name;
    }

    private static String put(S3Client client, String bucket) {
        return client.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(new byte[IN_FILES]))
                .versionId();
    }

    private static void retain(S3Client client, String bucket, ObjectLockRetentionMode mode, Duration time) {
        client.putObjectRetention(b -> b.bucket(bucket)
                .key("k")
                .retention(r -> r.mode(mode).retainUntilDate(Instant.now().plus(time))));
    }

    private static void hold(S3Client client, String bucket, String version, ObjectLockLegalHoldStatus status) {
        client.putObjectLegalHold(
                b -> b.bucket(bucket).key("k").versionId(version).legalHold(h -> h.status(status)));
    }

    private static String deleting(S3Client client, String bucket, String version, boolean bypass) {
        return Sdk.refusal(() -> client.deleteObject(
                b -> b.bucket(bucket).key("k").versionId(version).bypassGovernanceRetention(bypass ? true : null)));
    }

    private static int bytes(S3Client client, String bucket, String version) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key("k").versionId(version))
                .asByteArray()
                .length;
    }

    @Test
    void governanceYieldsToItsBypassAndComplianceToNobody(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = lockedBucket(client);
            String governed = put(client, bucket);
            retain(client, bucket, ObjectLockRetentionMode.GOVERNANCE, Duration.ofDays(1));
            String compliant = put(client, bucket);
            retain(client, bucket, ObjectLockRetentionMode.COMPLIANCE, Duration.ofDays(1));

            assertThat(deleting(client, bucket, governed, false)).isEqualTo(REFUSED);
            assertThat(deleting(client, bucket, compliant, false)).isEqualTo(REFUSED);
            assertThat(deleting(client, bucket, compliant, true)).isEqualTo(REFUSED);
            client.deleteObject(
                    b -> b.bucket(bucket).key("k").versionId(governed).bypassGovernanceRetention(true));
            assertThat(bytes(client, bucket, compliant)).isEqualTo(IN_FILES);
            assertThat(Sdk.refusal(() -> client.deleteBucket(b -> b.bucket(bucket))))
                    .isEqualTo("409 BucketNotEmpty");
        }
    }

    @Test
    void manyDeletedAtOnceLeaveTheLockedOne(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = lockedBucket(client);
            String locked = put(client, bucket);
            hold(client, bucket, locked, ObjectLockLegalHoldStatus.ON);
            String free = put(client, bucket);
            List<ObjectIdentifier> both = Stream.of(locked, free)
                    .map(version -> ObjectIdentifier.builder()
                            .key("k")
                            .versionId(version)
                            .build())
                    .toList();
            DeleteObjectsResponse deleted = client.deleteObjects(
                    b -> b.bucket(bucket).delete(d -> d.objects(both)).bypassGovernanceRetention(true));
            assertThat(deleted.deleted())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.versionId()).isEqualTo(free));
            assertThat(deleted.errors()).singleElement().satisfies(error -> {
                assertThat(error.code()).isEqualTo("AccessDenied");
                assertThat(error.versionId()).isEqualTo(locked);
            });
            hold(client, bucket, locked, ObjectLockLegalHoldStatus.OFF);
            client.deleteObject(b -> b.bucket(bucket).key("k").versionId(locked));
        }
    }

    @Test
    void aLockedNullVersionOutlivesOverwritesAndItsBucketIsNotSuspended(SkerryServer server) {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            put(client, bucket);
            client.putBucketVersioning(
                    b -> b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
            client.putObjectLockConfiguration(
                    b -> b.bucket(bucket).objectLockConfiguration(c -> c.objectLockEnabled(ObjectLockEnabled.ENABLED)));
            hold(client, bucket, "null", ObjectLockLegalHoldStatus.ON);
            assertThat(Sdk.refusal(() -> client.putBucketVersioning(b ->
                            b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.SUSPENDED)))))
                    .isEqualTo("409 InvalidBucketState");
            put(client, bucket);
            client.deleteObject(b -> b.bucket(bucket).key("k"));
            assertThat(bytes(client, bucket, "null")).isEqualTo(IN_FILES);
            assertThat(deleting(client, bucket, "null", true)).isEqualTo(REFUSED);
        }
    }

    @Test
    void everyKindOfWriteTakesTheBucketsDefaultOrItsOwnLock(SkerryServer server) throws IOException {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = lockedBucket(client);
            client.putObjectLockConfiguration(b -> b.bucket(bucket)
                    .objectLockConfiguration(c -> c.objectLockEnabled(ObjectLockEnabled.ENABLED)
                            .rule(r -> r.defaultRetention(d ->
                                    d.mode(ObjectLockRetentionMode.COMPLIANCE).days(1)))));
            put(client, bucket);
            client.copyObject(b -> b.sourceBucket(bucket)
                    .sourceKey("k")
                    .destinationBucket(bucket)
                    .destinationKey("copy"));
            upload(client, bucket);
            WireRequest request = WireRequest.of("PUT", server.s3(), "/_/api/v1/blobs/" + bucket + "/native")
                    .body(new byte[10])
                    .sign();
            assertThat(Wire.exchange(server.s3(), request).status()).isEqualTo(201);
            for (String key : List.of("k", "copy", "upload", "native")) {
                HeadObjectResponse head =
                        client.headObject(b -> b.bucket(bucket).key(key));
                assertThat(head.objectLockMode()).as(key).isEqualTo(ObjectLockMode.COMPLIANCE);
                assertThat(head.objectLockRetainUntilDate())
                        .as(key)
                        .isBetween(
                                head.lastModified().plus(1, ChronoUnit.DAYS),
                                head.lastModified().plus(1, ChronoUnit.DAYS).plusSeconds(1));
            }

            Instant later = Instant.now().plus(9, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
            client.putObject(
                    b -> b.bucket(bucket)
                            .key("own")
                            .objectLockMode(ObjectLockMode.GOVERNANCE)
                            .objectLockRetainUntilDate(later)
                            .objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON),
                    RequestBody.fromString("own"));
            HeadObjectResponse own = client.headObject(b -> b.bucket(bucket).key("own"));
            assertThat(own.objectLockMode()).isEqualTo(ObjectLockMode.GOVERNANCE);
            assertThat(own.objectLockRetainUntilDate()).isEqualTo(later);
            assertThat(own.objectLockLegalHoldStatus()).isEqualTo(ObjectLockLegalHoldStatus.ON);
        }
    }

    private static void upload(S3Client client, String bucket) {
        String id = client.createMultipartUpload(b -> b.bucket(bucket).key("upload"))
                .uploadId();
        String etag = client.uploadPart(
                        b -> b.bucket(bucket).key("upload").uploadId(id).partNumber(1),
                        RequestBody.fromBytes(new byte[IN_FILES]))
                .eTag();
        client.completeMultipartUpload(b -> b.bucket(bucket)
                .key("upload")
                .uploadId(id)
                .multipartUpload(m ->
                        m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
    }

    /** The native API deletes no locked version, and what it deletes and brings back leaves the locked one. */
    @Test
    void theNativeApiObeys(SkerryServer server) throws IOException {
        try (S3Client client = Sdk.sync(server)) {
            String bucket = lockedBucket(client);
            String version = put(client, bucket);
            retain(client, bucket, ObjectLockRetentionMode.GOVERNANCE, Duration.ofDays(1));
            WireResponse refused = nativeCall(server, "DELETE", bucket, "version", "1");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text()).contains("\"locked\"");
            assertThat(nativeCall(server, "DELETE", bucket, "", "").status()).isEqualTo(204);
            assertThat(bytes(client, bucket, version)).isEqualTo(IN_FILES);
            assertThat(nativeCall(server, "POST", bucket, "undelete", "").status())
                    .isEqualTo(200);
            assertThat(client.headObject(b -> b.bucket(bucket).key("k")).objectLockMode())
                    .isEqualTo(ObjectLockMode.GOVERNANCE);
            assertThat(deleting(client, bucket, version, false)).isEqualTo(REFUSED);
        }
    }

    private static WireResponse nativeCall(
            SkerryServer server, String method, String bucket, String parameter, String value) throws IOException {
        WireRequest request = WireRequest.of(method, server.s3(), "/_/api/v1/blobs/" + bucket + "/k");
        return Wire.exchange(server.s3(), (parameter.isEmpty() ? request : request.query(parameter, value)).sign());
    }

    /** Without any grace garbage collection takes what was deleted, and leaves what was to be and could not. */
    @Test
    void garbageCollectionLeavesTheLockedVersionAndTakesItWhenItIsFreeAndDeleted(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml("gc:", "  interval: 100ms", "  grace: 0s", "  tombstone_retention: 0s"))
                .start();
        String bucket;
        String locked;
        Instant over;
        try (S3Client client = Sdk.sync(server)) {
            bucket = lockedBucket(client);
            locked = put(client, bucket);
            retain(client, bucket, ObjectLockRetentionMode.COMPLIANCE, Duration.ofSeconds(30));
            over = Instant.now().plusSeconds(30);
            String free = put(client, bucket);
            client.deleteObject(b -> b.bucket(bucket).key("k").versionId(free));
            assertThat(deleting(client, bucket, locked, true)).isEqualTo(REFUSED);
            assertThat(nativeCall(server, "DELETE", bucket, "version", "1").status())
                    .isEqualTo(403);
            client.deleteObject(b -> b.bucket(bucket).key("k"));
            Eventually.holds(SOON, () -> assertThat(partFiles(server.data())).hasSize(1));
            assertThat(bytes(client, bucket, locked)).isEqualTo(IN_FILES);
        }
        server.kill();
        server.start();
        try (S3Client client = Sdk.sync(server)) {
            assertThat(bytes(client, bucket, locked)).isEqualTo(IN_FILES);
            Eventually.holds(
                    SOON,
                    () -> assertThat(deleting(client, bucket, locked, false)).startsWith("accepted"));
            assertThat(Instant.now()).isAfter(over.minusSeconds(1));
            Eventually.holds(SOON, () -> assertThat(partFiles(server.data())).isEmpty());
        }
        assertThat(server.stop()).isZero();
    }

    private static List<Path> partFiles(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part."))
                    .toList();
        } catch (UncheckedIOException e) {
            throw new AssertionError("a folder went away while it was looked at", e);
        }
    }
}
