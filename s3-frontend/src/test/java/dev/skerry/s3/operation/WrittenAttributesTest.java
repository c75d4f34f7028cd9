package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.s3.error.S3ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WrittenAttributesTest {
    private static final WrittenAccess.Access OWNED = new WrittenAccess.Access("o", null);
    private static final UserMetadata METADATA = UserMetadata.of(true);

    @Test
    void theFramingIsNoEncodingOfTheObject() {
        String[][] table = {
            {"gzip", "gzip"},
            {"deflate, gzip", "deflate, gzip"},
            {"gzip, aws-chunked", "gzip"},
            {"aws-chunked, gzip", "gzip"},
            {"aws-chunked", ""},
            {"aws-chunked, aws-chunked", ""},
            {"", ""},
        };
        for (String[] row : table) {
            assertThat(WrittenAttributes.withoutChunking(row[0])).as(row[0]).isEqualTo(row[1]);
        }
    }

    @Test
    void headersAreKeptAsTheyCame() {
        BlobAttributes attributes = WrittenAttributes.of(
                FakeRequest.of("bucket", "key")
                        .with("Content-Type", "text/plain")
                        .with("Cache-Control", "no-cache")
                        .with("Expires", "some day")
                        .with("x-amz-meta-Colour", "red")
                        .with("x-amz-meta-empty", "")
                        .with("x-amz-tagging", "a=b")
                        .with("x-amz-storage-class", "GLACIER")
                        .with("x-amz-website-redirect-location", "/other")
                        .with("User-Agent", "x"),
                new WrittenAccess.Access("alice-id", null),
                METADATA);
        assertThat(attributes.headers())
                .isEqualTo(Map.of(
                        "content-type",
                        "text/plain",
                        "cache-control",
                        "no-cache",
                        "expires",
                        "some day",
                        "x-amz-website-redirect-location",
                        "/other"));
        assertThat(attributes.userMetadata()).isEqualTo(Map.of("colour", "red", "empty", ""));
        assertThat(attributes.tags()).isEqualTo(Map.of("a", "b"));
        assertThat(attributes.storageClass().s3Name()).isEqualTo("GLACIER");
        assertThat(attributes.ownerId()).isEqualTo("alice-id");
    }

    @Test
    void metadataHasABound() {
        FakeRequest fits = FakeRequest.of().with("x-amz-meta-abcd", "v".repeat(2044));
        assertThat(WrittenAttributes.of(fits, OWNED, METADATA).userMetadata()).hasSize(1);
        FakeRequest tooLarge = FakeRequest.of().with("x-amz-meta-abcd", "v".repeat(2045));
        Refusals.assertRefused(S3ErrorCode.METADATA_TOO_LARGE, () -> WrittenAttributes.of(tooLarge, OWNED, METADATA));
    }

    @Test
    void whatCannotBeIsRefused() {
        Refusals.assertRefused(
                S3ErrorCode.INVALID_STORAGE_CLASS,
                () -> WrittenAttributes.of(FakeRequest.of().with("x-amz-storage-class", "no such"), OWNED, METADATA));
        Refusals.assertRefused(
                S3ErrorCode.INVALID_REDIRECT_LOCATION,
                () -> WrittenAttributes.of(
                        FakeRequest.of().with("x-amz-website-redirect-location", "ftp://a"), OWNED, METADATA));
    }
}
