package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import org.junit.jupiter.api.Test;

class ByteRangeTest {
    @Test
    void oneRangeIsResolvedAgainstTheSize() {
        String[][] table = {
            {"bytes=0-0", "bytes 0-0/10"},
            {"bytes=4-7", "bytes 4-7/10"},
            {"bytes=4-", "bytes 4-9/10"},
            {"bytes=-3", "bytes 7-9/10"},
            {"bytes=-30", "bytes 0-9/10"},
            {"bytes=9-9223372036854775807", "bytes 9-9/10"},
            {"bytes=0-99999999999999999999", ""},
            {"BYTES = 1-2", "bytes 1-2/10"},
        };
        for (String[] row : table) {
            assertThat(ByteRange.resolve(row[0], 10)
                            .map(range -> range.contentRange(10))
                            .orElse(""))
                    .as(row[0])
                    .isEqualTo(row[1]);
        }
    }

    @Test
    void whatIsNoRangeIsIgnored() {
        for (String header : new String[] {
            "", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=1-2,4-5", "items=0-1", "0-1", "bytes=--1"
        }) {
            assertThat(ByteRange.resolve(header, 10)).as(header).isEmpty();
        }
    }

    @Test
    void beyondTheEndIsRefused() {
        for (String header : new String[] {"bytes=10-", "bytes=40-50", "bytes=-0", "bytes=9999999999999999999-"}) {
            Refusals.assertRefused(S3ErrorCode.INVALID_RANGE, () -> ByteRange.resolve(header, 10));
        }
        Refusals.assertRefused(S3ErrorCode.INVALID_RANGE, () -> ByteRange.resolve("bytes=0-0", 0));
        Refusals.assertRefused(S3ErrorCode.INVALID_RANGE, () -> ByteRange.resolve("bytes=-5", 0));
    }

    @Test
    void theRangeOfACopyIsStrict() {
        assertThat(UploadPartCopy.range("bytes=0-4", 5)).isEqualTo(new ByteRange(0, 4));
        for (String header : new String[] {
            "0-2",
            "bytes=0",
            "bytes=hello-world",
            "bytes=0-bar",
            "bytes=hello-",
            "bytes=0-2,3-5",
            "bytes=3-2",
            "bytes=-2",
            "bytes=2-",
            ""
        }) {
            Refusals.assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> UploadPartCopy.range(header, 5));
        }
        Refusals.assertRefused(S3ErrorCode.INVALID_RANGE, () -> UploadPartCopy.range("bytes=0-5", 5));
        Refusals.assertRefused(S3ErrorCode.INVALID_RANGE, () -> UploadPartCopy.range("bytes=0-9999999999999999999", 5));
    }
}
