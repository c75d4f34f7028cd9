package dev.skerry.blob.failure;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Carries a {@link StoreFailure} to whoever answers the client. */
public final class StoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient StoreFailure failure;

    /** A failure of the caller's or the store's making, with no cause below it. */
    public StoreException(StoreFailure failure) {
        this(failure, null);
    }

    /** A failure translated from {@code cause}. */
    public StoreException(StoreFailure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    /** What went wrong. */
    public StoreFailure failure() {
        return failure;
    }
}
