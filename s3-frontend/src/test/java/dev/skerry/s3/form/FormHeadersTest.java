package dev.skerry.s3.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormHeadersTest {
    private static S3ErrorCode refusal(String name, String value) {
        return catchThrowableOfType(S3Exception.class, () -> FormHeaders.of(Forms.form(name, value)))
                .code();
    }

    @Test
    void fieldsBecomeTheHeadersOfAPut() {
        assertThat(FormHeaders.of(Forms.form(
                        "key", "k",
                        "acl", "public-read",
                        "Content-Type", "text/plain",
                        "X-Amz-Meta-Name", "é",
                        "x-amz-storage-class", "STANDARD",
                        "x-amz-server-side-encryption", "AES256",
                        "x-amz-checksum-algorithm", "CRC32",
                        "x-amz-checksum-crc32", "AAAAAA==",
                        "x-ignore-this", "x",
                        "x-amz-copy-source", "/other/secret",
                        "success_action_status", "201")))
                .containsOnlyKeys(
                        "x-amz-acl",
                        "content-type",
                        "x-amz-meta-name",
                        "x-amz-storage-class",
                        "x-amz-server-side-encryption",
                        "x-amz-sdk-checksum-algorithm",
                        "x-amz-checksum-crc32")
                .containsEntry("x-amz-acl", List.of("public-read"))
                .containsEntry("x-amz-meta-name", List.of("\u00c3\u00a9"));
    }

    @Test
    void tagsAreADocument() {
        assertThat(FormHeaders.of(Forms.form(
                        "tagging",
                        "<Tagging><TagSet><Tag><Key>a b</Key><Value>1&amp;2</Value></Tag>"
                                + "<Tag><Key>c</Key><Value></Value></Tag></TagSet></Tagging>")))
                .containsEntry("x-amz-tagging", List.of("a+b=1%262&c="));
        assertThat(refusal("tagging", "not-xml")).isEqualTo(S3ErrorCode.MALFORMED_XML);
        assertThat(refusal("tagging", "<Tagging><Tag/></Tagging>")).isEqualTo(S3ErrorCode.MALFORMED_XML);
    }

    @Test
    void whatNoHeaderCanBeIsRefused() {
        assertThat(refusal("x-amz-meta-a", "one\r\nSet-Cookie: two")).isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
        assertThat(refusal("x-amz-meta-a b", "x")).isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
        assertThat(refusal("x-amz-meta-é", "x")).isEqualTo(S3ErrorCode.INVALID_ARGUMENT);
    }
}
