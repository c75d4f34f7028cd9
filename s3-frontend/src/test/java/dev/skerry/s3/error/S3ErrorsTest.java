package dev.skerry.s3.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ChecksumAlgorithm;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.ReplicationStatus;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.failure.StoreFailure.DigestKind;
import dev.skerry.http.RequestTimeoutException;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3Errors.S3Error;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class S3ErrorsTest {
    private static final BlobPath PATH = BlobPath.of("bucket", "key");
    private static final String ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    private static S3Error error(StoreFailure failure) {
        return S3Errors.of(new StoreException(failure), "me");
    }

    private static BlobMeta tombstone(@Nullable Instant tombstonedAt, boolean nullVersion) {
        return new BlobMeta(
                PATH,
                Generation.FIRST,
                new BlobId(ID),
                BlobKind.TOMBSTONE,
                true,
                nullVersion,
                0,
                "",
                null,
                "",
                List.of(),
                List.of(),
                BlobAttributes.ownedBy("me"),
                Instant.parse("2026-01-02T03:04:05.678Z"),
                tombstonedAt,
                new HlcTimestamp(1, 0),
                PlacementGroup.ZERO,
                BlobMeta.LOCAL_REGION,
                new ReplicationStatus.None(),
                null);
    }

    @Test
    void aDeleteMarkerIsNotFoundAndSaysSo() {
        S3Error error = error(new StoreFailure.Deleted(tombstone(null, false), false));
        assertThat(error.code()).isEqualTo(S3ErrorCode.NO_SUCH_KEY);
        assertThat(error.headers())
                .containsOnly(Map.entry("x-amz-delete-marker", "true"), Map.entry("x-amz-version-id", ID));
    }

    @Test
    void aDeleteMarkerAddressedByItsVersionMayNotBeRead() {
        S3Error error = error(new StoreFailure.Deleted(tombstone(null, true), true));
        assertThat(error.code()).isEqualTo(S3ErrorCode.METHOD_NOT_ALLOWED);
        assertThat(error.headers())
                .containsEntry("x-amz-version-id", "null")
                .containsEntry("Allow", "DELETE")
                .containsEntry("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT");
    }

    @Test
    void aTombstoneThatS3DoesNotShowIsJustNotFound() {
        S3Error error = error(new StoreFailure.Deleted(tombstone(Instant.EPOCH, true), false));
        assertThat(error.code()).isEqualTo(S3ErrorCode.NO_SUCH_KEY);
        assertThat(error.headers()).containsOnly(Map.entry("x-amz-delete-marker", "false"));
        assertThat(error(new StoreFailure.Deleted(tombstone(Instant.EPOCH, true), true))
                        .code())
                .isEqualTo(S3ErrorCode.NO_SUCH_VERSION);
    }

    @Test
    void aBucketThatExistsIsOnesOwnOrAnothers() {
        assertThat(error(new StoreFailure.BucketExists("b", "me")).code())
                .isEqualTo(S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU);
        assertThat(error(new StoreFailure.BucketExists("b", "other")).code())
                .isEqualTo(S3ErrorCode.BUCKET_ALREADY_EXISTS);
    }

    @Test
    void whichDigestWasWrongIsTold() {
        assertThat(error(new StoreFailure.BadDigest(DigestKind.MD5, null, "a", "b"))
                        .fields())
                .containsExactly(Map.entry("ExpectedDigest", "a"), Map.entry("CalculatedDigest", "b"));
        assertThat(error(new StoreFailure.BadDigest(DigestKind.SHA256, null, "a", "b"))
                        .code())
                .isEqualTo(S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH);
        assertThat(error(new StoreFailure.BadDigest(DigestKind.CHECKSUM, ChecksumAlgorithm.CRC32C, "a", "b"))
                        .message())
                .isEqualTo("The CRC32C you specified did not match the calculated checksum.");
    }

    @Test
    void fieldsAreThoseOfS3() {
        assertThat(error(new StoreFailure.PreconditionFailed("If-Match")).fields())
                .containsEntry("Condition", "If-Match");
        assertThat(error(new StoreFailure.InvalidRange("bytes=9-", 5)).fields())
                .containsExactly(Map.entry("RangeRequested", "bytes=9-"), Map.entry("ActualObjectSize", "5"));
        assertThat(error(new StoreFailure.PartTooSmall(2, 1, 5, "e")).fields())
                .containsExactly(
                        Map.entry("ProposedSize", "1"),
                        Map.entry("MinSizeAllowed", "5"),
                        Map.entry("PartNumber", "2"),
                        Map.entry("ETag", "e"));
        assertThat(error(new StoreFailure.NoSuchBucket("b")).fields()).containsEntry("BucketName", "b");
    }

    @Test
    void whatPassesIsToldToComeBack() {
        S3Error busy = error(new StoreFailure.Busy("queue"));
        assertThat(busy.code()).isEqualTo(S3ErrorCode.SLOW_DOWN);
        assertThat(busy.headers()).containsEntry("Retry-After", "1");
        assertThat(error(new StoreFailure.InsufficientStorage("disk")).code().status())
                .isEqualTo(507);
    }

    @Test
    void aSlotOutOfServiceIsNamedAndItsTroubleIsNot() {
        S3Error error = error(new StoreFailure.Quarantined(new SlotId(3), "/data/slots/3"));
        assertThat(error.code()).isEqualTo(S3ErrorCode.SERVICE_UNAVAILABLE);
        assertThat(error.message()).contains("Slot 3").doesNotContain("/data");
    }

    @Test
    void keysThatCannotBeHadAreToldApart() {
        assertThat(error(new StoreFailure.KeyUnknown("photos")).code()).isEqualTo(S3ErrorCode.KMS_NOT_FOUND);
        assertThat(error(new StoreFailure.KeyDisabled("photos")).code()).isEqualTo(S3ErrorCode.KMS_DISABLED);
        assertThat(error(new StoreFailure.EncryptionRefused("denied")).code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
        S3Error unavailable = error(new StoreFailure.KeyServiceUnavailable("http://10.0.0.1"));
        assertThat(unavailable.code().status()).isEqualTo(503);
        assertThat(unavailable.headers()).containsEntry("Retry-After", "1");
        assertThat(unavailable.message()).doesNotContain("10.0.0.1");
    }

    @Test
    void aClientsKeyIsMissedOfObjectsAndOfUploads() {
        assertThat(error(new StoreFailure.CustomerKeyMissing(PATH, false)).message())
                .contains("The object was stored using a form of Server Side Encryption");
        assertThat(error(new StoreFailure.CustomerKeyMissing(PATH, true)).message())
                .contains("The multipart upload initiate requested encryption");
        assertThat(error(new StoreFailure.CustomerKeyWrong(PATH, true)).code()).isEqualTo(S3ErrorCode.INVALID_REQUEST);
        assertThat(error(new StoreFailure.CustomerKeyNotApplicable(PATH, false)).message())
                .contains("not applicable to this object");
    }

    @Test
    void awsAndCephCallAWrongKeyOtherwise() {
        StoreException wrong = new StoreException(new StoreFailure.CustomerKeyWrong(PATH, false));
        assertThat(S3Errors.of(wrong, "me", Compatibility.AWS).code()).isEqualTo(S3ErrorCode.ACCESS_DENIED);
        assertThat(S3Errors.of(wrong, "me", Compatibility.CEPH).code()).isEqualTo(S3ErrorCode.INVALID_REQUEST);
        assertThat(S3Errors.of(wrong, "me", Compatibility.CEPH).message()).contains("the correct secret key");
    }

    @Test
    void whatIsOursToMendTellsNothing() {
        for (Throwable failure : List.of(
                new StoreException(new StoreFailure.Corrupt("/data/part")),
                new StoreException(new StoreFailure.StorageFault("/data")),
                new IllegalStateException("/data"))) {
            S3Error error = S3Errors.of(failure, "me");
            assertThat(error.code()).isEqualTo(S3ErrorCode.INTERNAL_ERROR);
            assertThat(error.message()).doesNotContain("/data");
        }
    }

    @Test
    void aClientThatSendsNothingTimesOut() {
        assertThat(S3Errors.of(new RequestTimeoutException("idle"), "me").code())
                .isEqualTo(S3ErrorCode.REQUEST_TIMEOUT);
    }
}
