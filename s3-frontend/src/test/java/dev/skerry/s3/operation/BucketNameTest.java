package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import org.junit.jupiter.api.Test;

class BucketNameTest {
    @Test
    void namesThatS3AllowsAreAllowed() {
        for (String name : new String[] {"abc", "0abc", "a-b", "a.b", "aaa.111", "1.2.3", "a--b", "a".repeat(63)}) {
            assertThat(BucketName.isValid(name)).as(name).isTrue();
        }
    }

    @Test
    void namesOfEveryWrongKindAreRefused() {
        for (String name : new String[] {
            "",
            "a",
            "aa",
            "a".repeat(64),
            "Abc",
            "a_b",
            "_abc",
            "-abc",
            "abc-",
            ".abc",
            "abc.",
            "a..b",
            "a.-b",
            "a-.b",
            "192.168.5.123",
            "xn--abc",
            "sthree-abc",
            "amzn-s3-demo-abc",
            "abc-s3alias",
            "abc--ol-s3",
            "abc.mrap",
            "abc--x-s3",
            "a b",
            "a/b",
            "äbc",
            "abc\n"
        }) {
            Refusals.assertRefused(S3ErrorCode.INVALID_BUCKET_NAME, () -> BucketName.require(name));
        }
    }
}
