package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.auth.Identity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuthorizationTest {
    private static final Identity ROOT = new Identity("root", "", "r", "", Identity.Kind.ROOT);
    private static final Identity OWNER = new Identity("owner", "", "o", "", Identity.Kind.USER);
    private static final Identity OTHER = new Identity("other", "", "x", "", Identity.Kind.USER);
    private static final Optional<Bucket> BUCKET =
            Optional.of(new Bucket("b", "o", "", Instant.EPOCH, Versioning.OFF, null, Map.of()));

    private static boolean allowed(
            Identity identity, S3Operation operation, Optional<Bucket> bucket, Anonymous anonymous) {
        return Authorization.decide(identity, operation, bucket, anonymous, Compatibility.AWS)
                .allowed();
    }

    @Test
    void whoeverSignsNothingListsNoBucketsAsInCeph() {
        for (S3Operation operation : S3Operation.values()) {
            assertThat(Authorization.decide(Identity.ANONYMOUS, operation, BUCKET, Anonymous.NONE, Compatibility.CEPH)
                            .allowed())
                    .as(operation.name())
                    .isEqualTo(operation == S3Operation.LIST_BUCKETS);
        }
    }

    @Test
    void rootMayDoAllAndOthersWhatIsTheirs() {
        for (S3Operation operation : S3Operation.values()) {
            assertThat(allowed(ROOT, operation, BUCKET, Anonymous.NONE))
                    .as(operation.name())
                    .isTrue();
            assertThat(allowed(OWNER, operation, BUCKET, Anonymous.NONE))
                    .as(operation.name())
                    .isTrue();
            boolean ofNobody = operation == S3Operation.LIST_BUCKETS || operation == S3Operation.CREATE_BUCKET;
            assertThat(allowed(OTHER, operation, BUCKET, Anonymous.WRITE))
                    .as(operation.name())
                    .isEqualTo(ofNobody);
        }
    }

    @Test
    void aBucketThatDoesNotExistIsNobodysSecret() {
        assertThat(allowed(OTHER, S3Operation.GET_OBJECT, Optional.empty(), Anonymous.NONE))
                .isTrue();
    }

    @Test
    void unsignedRequestsMayDoWhatTheSettingsSay() {
        for (S3Operation operation : S3Operation.values()) {
            assertThat(allowed(Identity.ANONYMOUS, operation, BUCKET, Anonymous.NONE))
                    .isFalse();
        }
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.GET_OBJECT, BUCKET, Anonymous.READ))
                .isTrue();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.LIST_OBJECTS_V2, BUCKET, Anonymous.READ))
                .isTrue();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.PUT_OBJECT, BUCKET, Anonymous.READ))
                .isFalse();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.PUT_OBJECT, BUCKET, Anonymous.WRITE))
                .isTrue();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.DELETE_OBJECTS, BUCKET, Anonymous.WRITE))
                .isTrue();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.LIST_BUCKETS, BUCKET, Anonymous.WRITE))
                .isFalse();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.CREATE_BUCKET, BUCKET, Anonymous.WRITE))
                .isFalse();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.PUT_BUCKET_POLICY, BUCKET, Anonymous.WRITE))
                .isFalse();
        assertThat(allowed(Identity.ANONYMOUS, S3Operation.DELETE_BUCKET, BUCKET, Anonymous.WRITE))
                .isFalse();
    }

    @Test
    void theSourceOfACopyIsCutAfterDecoding() {
        assertThat(CopySourceBucket.of("b/k")).isEqualTo("b");
        assertThat(CopySourceBucket.of("/b/k?versionId=1")).isEqualTo("b");
        assertThat(CopySourceBucket.of("b%2Fk/l")).isEqualTo("b");
        assertThat(CopySourceBucket.of("%2Fb%2Fk")).isEqualTo("b");
    }
}
