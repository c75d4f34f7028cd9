package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobPath;
import dev.skerry.s3.error.S3ErrorCode;
import org.junit.jupiter.api.Test;

class CopySourceTest {
    @Test
    void bucketAndKeyAreDecodedOnce() {
        String[][] table = {
            {"bucket/key", "key"},
            {"/bucket/key", "key"},
            {"bucket/a/b", "a/b"},
            {"bucket%2Fa%2Fb", "a/b"},
            {"bucket//a", "/a"},
            {"bucket/a+b", "a+b"},
            {"bucket/a%20b", "a b"},
            {"bucket/a%2525", "a%25"},
            {"bucket/%C3%A4", "ä"},
            {"bucket/Ã¤", "ä"},
            {"bucket/%3FversionId", "?versionId"},
            {"bucket/foo%3Fbar", "foo?bar"},
            {"bucket/a?b", "a?b"},
        };
        for (String[] row : table) {
            CopySource source = CopySource.parse(row[0]);
            assertThat(source.path()).as(row[0]).isEqualTo(BlobPath.of("bucket", row[1]));
            assertThat(source.versionId()).isEmpty();
        }
    }

    @Test
    void aVersionMayBeNamed() {
        CopySource source = CopySource.parse("bucket/foo%3Fbar?versionId=null");
        assertThat(source.path()).isEqualTo(BlobPath.of("bucket", "foo?bar"));
        assertThat(source.versionId()).contains("null");
        Refusals.assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> CopySource.parse("bucket/a?versionId=x").selector());
    }

    @Test
    void whatNamesNoObjectIsRefused() {
        for (String header :
                new String[] {"", "/", "bucket", "bucket/", "/bucket/", "//a", "b/%", "b/%4", "b/%zz", "b/%ff"}) {
            Refusals.assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> CopySource.parse(header));
        }
        Refusals.assertRefused(S3ErrorCode.KEY_TOO_LONG, () -> CopySource.parse("bucket/" + "a".repeat(1025)));
    }
}
