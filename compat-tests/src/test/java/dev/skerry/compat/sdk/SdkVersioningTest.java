package dev.skerry.compat.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectVersion;

/** Versions, delete markers, and what happens when versioning is suspended. */
@ExtendWith(WithServer.class)
class SdkVersioningTest {
    private S3Client client;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer server) {
        client = Sdk.sync(server);
        bucket = Sdk.bucket(client);
    }

    @AfterEach
    void tearDown() {
        client.close();
    }

    private void versioning(BucketVersioningStatus status) {
        client.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
    }

    private String put(String text) {
        return client.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromString(text))
                .versionId();
    }

    private String text(String version) {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key("k").versionId(version))
                .asUtf8String();
    }

    private String current() {
        return client.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asUtf8String();
    }

    private ListObjectVersionsResponse versions() {
        return client.listObjectVersions(b -> b.bucket(bucket));
    }

    @Test
    void deletedObjectComesBackWhenItsMarkerGoes() {
        versioning(BucketVersioningStatus.ENABLED);
        String one = put("one");
        String two = put("two");
        assertThat(versions().versions()).extracting(ObjectVersion::versionId).containsExactly(two, one);
        assertThat(versions().versions()).extracting(ObjectVersion::isLatest).containsExactly(true, false);
        assertThat(text(one) + text(two) + current()).isEqualTo("onetwotwo");

        DeleteObjectResponse deleted = client.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(deleted.deleteMarker()).isTrue();
        assertThat(Sdk.refusal(
                        () -> client.getObjectAsBytes(b -> b.bucket(bucket).key("k"))))
                .isEqualTo("404 NoSuchKey");
        assertThat(Sdk.refusal(() ->
                        client.getObjectAsBytes(b -> b.bucket(bucket).key("k").versionId(deleted.versionId()))))
                .isEqualTo("405 MethodNotAllowed");
        assertThat(client.listObjectsV2(b -> b.bucket(bucket)).contents()).isEmpty();
        assertThat(versions().deleteMarkers()).singleElement().satisfies(m -> {
            assertThat(m.versionId()).isEqualTo(deleted.versionId());
            assertThat(m.isLatest()).isTrue();
        });
        assertThat(text(one)).isEqualTo("one");

        client.deleteObject(b -> b.bucket(bucket).key("k").versionId(deleted.versionId()));
        assertThat(current()).isEqualTo("two");
        client.deleteObject(b -> b.bucket(bucket).key("k").versionId(two));
        assertThat(current()).isEqualTo("one");
        client.deleteObject(b -> b.bucket(bucket).key("k").versionId(one));
        assertThat(versions().versions()).isEmpty();
        client.deleteBucket(b -> b.bucket(bucket));
    }

    @Test
    void suspendedVersioningReplacesTheNullVersionOnly() {
        put("before");
        versioning(BucketVersioningStatus.ENABLED);
        String kept = put("kept");
        assertThat(text("null")).isEqualTo("before");
        versioning(BucketVersioningStatus.SUSPENDED);
        put("suspended");
        assertThat(text("null")).isEqualTo("suspended");
        assertThat(text(kept)).isEqualTo("kept");
        assertThat(versions().versions()).extracting(ObjectVersion::versionId).containsExactly("null", kept);
        DeleteObjectResponse deleted = client.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(deleted.versionId()).isEqualTo("null");
        assertThat(versions().deleteMarkers())
                .extracting(DeleteMarkerEntry::versionId)
                .containsExactly("null");
        assertThat(versions().versions()).extracting(ObjectVersion::versionId).containsExactly(kept);
        client.deleteObject(b -> b.bucket(bucket).key("k").versionId("null"));
        assertThat(current()).isEqualTo("kept");
    }

    @Test
    void versionsArePagedWithinAKey() {
        versioning(BucketVersioningStatus.ENABLED);
        List<String> written = java.util.stream.IntStream.range(0, 7)
                .mapToObj(i -> put("v" + i))
                .toList()
                .reversed();
        client.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(client.listObjectVersionsPaginator(b -> b.bucket(bucket).maxKeys(3)).versions().stream()
                        .map(ObjectVersion::versionId))
                .containsExactlyElementsOf(written);
    }

    @Test
    void unknownVersionsAreRefused() {
        versioning(BucketVersioningStatus.ENABLED);
        put("x");
        assertThat(Sdk.refusal(() -> text("01ARZ3NDEKTSV4RRFFQ69G5FAV"))).isEqualTo("404 NoSuchVersion");
        assertThat(Sdk.refusal(() -> text("not-a-version"))).isEqualTo("400 InvalidArgument");
    }
}
