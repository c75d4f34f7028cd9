package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What S3 would call a refusal. */
final class Refusals {
    private Refusals() {}

    static void assertRefused(S3ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .satisfies(failure -> org.assertj.core.api.Assertions.assertThat(
                                S3Errors.of(failure, "").code())
                        .as(String.valueOf(failure))
                        .isEqualTo(code));
    }
}
