package dev.skerry.blob.failure;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call was refused with. */
public final class Failures {
    private Failures() {}

    /** The failure that {@code call} throws; a call that throws none, or anything else, fails the test. */
    public static StoreFailure failureOf(ThrowingCallable call) {
        return assertThatExceptionOfType(StoreException.class)
                .isThrownBy(call)
                .actual()
                .failure();
    }
}
