package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserMetadataTest {
    private static final UserMetadata TEXT = UserMetadata.of(true);
    private static final UserMetadata BYTES = UserMetadata.of(false);

    @Test
    void theBoundCountsNamesAndTextInUtf8() {
        // one byte each on the wire, two each in UTF-8
        String latin = "\u00e9".repeat(1022);
        assertThat(TEXT.read(FakeRequest.of().with("x-amz-meta-abcd", latin))).hasSize(1);
        Refusals.assertRefused(
                S3ErrorCode.METADATA_TOO_LARGE, () -> TEXT.read(FakeRequest.of().with("x-amz-meta-abcde", latin)));
        assertThat(BYTES.read(FakeRequest.of().with("x-amz-meta-abcd", "\u00e9".repeat(2044))))
                .hasSize(1);
        // decoded first
        String word = "=?UTF-8?B?" + "YWFh".repeat(600) + "?=";
        assertThat(TEXT.read(FakeRequest.of().with("x-amz-meta-abcd", word))).containsEntry("abcd", "aaa".repeat(600));
    }

    @Test
    void fieldsOfFormsAreUtf8() {
        FakeRequest request =
                FakeRequest.of().with("x-amz-meta-a", "\u00c3\u00a9").with("x-amz-meta-b", "plain");
        assertThat(TEXT.ofForms().read(request)).isEqualTo(Map.of("a", "\u00e9", "b", "plain"));
        assertThat(BYTES.ofForms().read(request)).isEqualTo(Map.of("a", "\u00c3\u00a9", "b", "plain"));
    }
}
