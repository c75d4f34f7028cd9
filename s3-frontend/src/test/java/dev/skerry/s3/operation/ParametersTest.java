package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import org.junit.jupiter.api.Test;

class ParametersTest {
    @Test
    void aPageIsAtMostAThousand() {
        assertThat(size(FakeRequest.of())).isEqualTo(1000);
        assertThat(size(FakeRequest.of().ask("max-keys", ""))).isEqualTo(1000);
        assertThat(size(FakeRequest.of().ask("max-keys", "0"))).isZero();
        assertThat(size(FakeRequest.of().ask("max-keys", "7"))).isEqualTo(7);
        assertThat(size(FakeRequest.of().ask("max-keys", "5000"))).isEqualTo(1000);
        for (String text : new String[] {"blah", "-1", "2147483648", "1.5", " 1"}) {
            Refusals.assertRefused(
                    S3ErrorCode.INVALID_ARGUMENT, () -> size(FakeRequest.of().ask("max-keys", text)));
        }
    }

    private static int size(FakeRequest request) {
        return Parameters.pageSize(request, "max-keys");
    }

    @Test
    void keysAreEncodedOnDemand() {
        assertThat(Parameters.encoding(FakeRequest.of()).apply("a b")).isEqualTo("a b");
        assertThat(Parameters.encoding(FakeRequest.of().ask("encoding-type", "url"))
                        .apply("a b"))
                .isEqualTo("a%20b");
        Refusals.assertRefused(
                S3ErrorCode.INVALID_ARGUMENT,
                () -> Parameters.encoding(FakeRequest.of().ask("encoding-type", "base64")));
    }

    @Test
    void theSlashStaysInEncodedKeys() {
        assertThat(UrlEncoding.encode("foo+1/bar")).isEqualTo("foo%2B1/bar");
        assertThat(UrlEncoding.encode("ä\n&<")).isEqualTo("%C3%A4%0A%26%3C");
    }

    @Test
    void partNumbersEndAtTenThousand() {
        assertThat(PartNumbers.require("10000")).isEqualTo(10_000);
        for (String text : new String[] {"0", "10001", "-1", "", "x"}) {
            Refusals.assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> PartNumbers.require(text));
        }
    }

    @Test
    void aTokenGivesBackWhatItWasMadeOf() {
        for (String last : new String[] {"", "a", "ä/ü", "a".repeat(1024), "\n"}) {
            assertThat(ContinuationToken.read("t", ContinuationToken.write(last)))
                    .isEqualTo(last);
        }
        for (String token : new String[] {"", "a", "!!", "AgA", "Af8"}) {
            Refusals.assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> ContinuationToken.read("t", token));
        }
    }
}
