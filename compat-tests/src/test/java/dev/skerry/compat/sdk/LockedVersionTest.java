package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/**
 * Root, who may do everything, does everything at once to lose a version under compliance, by either protocol; then the
 * collector has no grace, the server is killed and stopped, and the version is what it was, byte for byte.
 */
@ExtendWith(WithServer.class)
class LockedVersionTest {
    private static final byte[] IN_FILES = Bytes.of(1, 100_000);
    private static final byte[] INLINE = Bytes.of(2, 5000);
    private static final String KEY = "kept/for ever";
    private static final Instant UNTIL = Instant.parse("2099-01-01T00:00:00Z");

    /** A locked version. */
    private record Locked(String bucket, String version, byte[] content) {}

    @Test
    void nothingThatRootDoesLosesAVersionUnderCompliance(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml(
                                "gc:",
                                "  interval: 100ms",
                                "  grace: 0s",
                                "  tombstone_retention: 0s",
                                "lifecycle:",
                                "  interval: 100ms",
                                "  day: 100ms"))
                .start();
        List<Locked> all = new ArrayList<>();
        try (S3Client client = Sdk.sync(server)) {
            all.add(versioned(client, IN_FILES));
            all.add(versioned(client, INLINE));
            all.add(nullVersion(client, IN_FILES));
            all.add(nullVersion(client, INLINE));
        }
        for (Locked locked : all) {
            attack(server, locked);
            assertIsThere(server, locked);
        }
        collect(server);
        server.kill();
        server.start();
        for (Locked locked : all) {
            assertIsThere(server, locked);
            attack(server, locked);
        }
        collect(server);
        assertThat(server.stop()).isZero();
        server.start();
        collect(server);
        for (Locked locked : all) {
            assertIsThere(server, locked);
        }
    }

    private static Locked versioned(S3Client client, byte[] content) {
        String bucket = Sdk.bucket(client);
        client.putBucketVersioning(
                b -> b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        lockable(client, bucket);
        String version = client.putObject(
                        b -> b.bucket(bucket)
                                .key(KEY)
                                .objectLockMode(ObjectLockMode.COMPLIANCE)
                                .objectLockRetainUntilDate(UNTIL),
                        RequestBody.fromBytes(content))
                .versionId();
        return new Locked(bucket, version, content);
    }

    /** One from before the bucket had versions, which the next write would replace. */
    private static Locked nullVersion(S3Client client, byte[] content) {
        String bucket = Sdk.bucket(client);
        client.putObject(b -> b.bucket(bucket).key(KEY), RequestBody.fromBytes(content));
        client.putBucketVersioning(
                b -> b.bucket(bucket).versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        lockable(client, bucket);
        client.putObjectRetention(b -> b.bucket(bucket)
                .key(KEY)
                .versionId("null")
                .retention(r -> r.mode(ObjectLockRetentionMode.COMPLIANCE).retainUntilDate(UNTIL)));
        return new Locked(bucket, "null", content);
    }

    private static void lockable(S3Client client, String bucket) {
        client.putObjectLockConfiguration(
                b -> b.bucket(bucket).objectLockConfiguration(c -> c.objectLockEnabled(ObjectLockEnabled.ENABLED)));
    }

    /** Everything, whether it is refused or does something else; none may fail otherwise. */
    private static void attack(SkerryServer server, Locked locked) throws IOException {
        for (Map.Entry<String, WireRequest> request :
                requests(server.s3(), locked).entrySet()) {
            WireResponse answer = Wire.exchange(server.s3(), request.getValue().sign());
            assertThat(answer.status()).as("%s: %s", request.getKey(), answer).isLessThan(500);
        }
        try (S3Client client = Sdk.sync(server)) {
            copyOntoItself(client, locked);
            completeOver(client, locked);
            expireEverything(client, locked);
        }
    }

    private static Map<String, WireRequest> requests(URI s3, Locked locked) {
        String bypass = "x-amz-bypass-governance-retention";
        String sooner = Instant.now()
                .plus(Duration.ofMinutes(1))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        String deletes = "<Delete><Object><Key>" + KEY + "</Key><VersionId>" + locked.version
                + "</VersionId></Object><Object><Key>" + KEY + "</Key></Object></Delete>";
        Map<String, WireRequest> all = new LinkedHashMap<>();
        all.put("delete the version", versionRequest("DELETE", s3, locked));
        all.put("delete it with bypass", versionRequest("DELETE", s3, locked).header(bypass, "true"));
        all.put(
                "delete many",
                bucketRequest("POST", s3, locked)
                        .query("delete", "")
                        .header(bypass, "true")
                        .header("content-md5", Bytes.base64("MD5", Bytes.utf8(deletes)))
                        .body(deletes));
        all.put("overwrite", object("PUT", s3, locked).body("other"));
        all.put(
                "overwrite with a lock that ends sooner",
                object("PUT", s3, locked)
                        .header("x-amz-object-lock-mode", "GOVERNANCE")
                        .header("x-amz-object-lock-retain-until-date", sooner)
                        .body("other"));
        all.put("mark as deleted", object("DELETE", s3, locked));
        all.put("shorten", retention(s3, locked, "COMPLIANCE", sooner).header(bypass, "true"));
        all.put("weaken", retention(s3, locked, "GOVERNANCE", UNTIL.toString()).header(bypass, "true"));
        all.put(
                "take off",
                versionRequest("PUT", s3, locked)
                        .query("retention", "")
                        .header(bypass, "true")
                        .body("<Retention/>"));
        all.put(
                "suspend versioning",
                bucketRequest("PUT", s3, locked)
                        .query("versioning", "")
                        .body("<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"));
        all.put(
                "switch object lock off",
                bucketRequest("PUT", s3, locked)
                        .query("object-lock", "")
                        .body("<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled>"
                                + "</ObjectLockConfiguration>"));
        all.put("delete the bucket", bucketRequest("DELETE", s3, locked));
        addNative(all, s3, locked);
        all.put("collect", WireRequest.of("POST", s3, "/_/admin/v1/gc"));
        return all;
    }

    private static void addNative(Map<String, WireRequest> all, URI s3, Locked locked) {
        for (int generation = 1; generation <= 4; generation++) {
            String number = Integer.toString(generation);
            all.put(
                    "native delete of " + number,
                    nativeRequest("DELETE", s3, locked).query("version", number));
            all.put(
                    "native write of " + number,
                    nativeRequest("PUT", s3, locked).query("version", number).body("o"));
            all.put(
                    "native undelete of " + number,
                    nativeRequest("POST", s3, locked).query("undelete", "").query("version", number));
        }
        all.put("native write", nativeRequest("PUT", s3, locked).body("other"));
        all.put("native delete", nativeRequest("DELETE", s3, locked));
        all.put("native undelete", nativeRequest("POST", s3, locked).query("undelete", ""));
    }

    private static WireRequest retention(URI s3, Locked locked, String mode, String until) {
        return versionRequest("PUT", s3, locked)
                .query("retention", "")
                .body("<Retention><Mode>" + mode + "</Mode><RetainUntilDate>" + until
                        + "</RetainUntilDate></Retention>");
    }

    private static WireRequest object(String method, URI s3, Locked locked) {
        return WireRequest.object(method, s3, locked.bucket, KEY);
    }

    private static WireRequest versionRequest(String method, URI s3, Locked locked) {
        return object(method, s3, locked).query("versionId", locked.version);
    }

    private static WireRequest bucketRequest(String method, URI s3, Locked locked) {
        return WireRequest.of(method, s3, "/" + locked.bucket);
    }

    private static WireRequest nativeRequest(String method, URI s3, Locked locked) {
        return WireRequest.of(method, s3, "/_/api/v1/blobs/" + locked.bucket + "/" + KEY.replace(" ", "%20"));
    }

    private static void copyOntoItself(S3Client client, Locked locked) {
        client.copyObject(b -> b.sourceBucket(locked.bucket)
                .sourceKey(KEY)
                .sourceVersionId(locked.version)
                .destinationBucket(locked.bucket)
                .destinationKey(KEY)
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("copied", "true")));
    }

    private static void completeOver(S3Client client, Locked locked) {
        String upload = client.createMultipartUpload(
                        b -> b.bucket(locked.bucket).key(KEY))
                .uploadId();
        String etag = client.uploadPart(
                        b -> b.bucket(locked.bucket).key(KEY).uploadId(upload).partNumber(1),
                        RequestBody.fromBytes(new byte[20_000]))
                .eTag();
        client.completeMultipartUpload(b -> b.bucket(locked.bucket)
                .key(KEY)
                .uploadId(upload)
                .multipartUpload(m ->
                        m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
    }

    /** Rules that want every version gone after a day, which here is over in no time. */
    private static void expireEverything(S3Client client, Locked locked) {
        LifecycleRule all = LifecycleRule.builder()
                .id("all")
                .status(ExpirationStatus.ENABLED)
                .filter(f -> f.prefix(""))
                .expiration(e -> e.days(1))
                .noncurrentVersionExpiration(n -> n.noncurrentDays(1))
                .build();
        client.putBucketLifecycleConfiguration(b -> b.bucket(locked.bucket).lifecycleConfiguration(c -> c.rules(all)));
    }

    private static void collect(SkerryServer server) throws IOException {
        for (String work : List.of("lifecycle", "gc", "lifecycle", "gc")) {
            assertThat(Wire.exchange(
                                    server.s3(),
                                    WireRequest.of("POST", server.s3(), "/_/admin/v1/" + work)
                                            .sign())
                            .status())
                    .isEqualTo(200);
        }
    }

    private static void assertIsThere(SkerryServer server, Locked locked) {
        try (S3Client client = Sdk.sync(server)) {
            var read = client.getObjectAsBytes(
                    b -> b.bucket(locked.bucket).key(KEY).versionId(locked.version));
            assertThat(read.asByteArray()).isEqualTo(locked.content);
            assertThat(read.response().objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
            assertThat(read.response().objectLockRetainUntilDate()).isEqualTo(UNTIL);
        }
    }
}
