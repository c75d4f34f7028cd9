package dev.skerry.server;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The server cannot start, for a reason a person can mend; the message says which. */
public sealed class StartException extends RuntimeException permits NoAnswerException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With no cause below it. */
    public StartException(String message) {
        this(message, null);
    }

    /** Translated from {@code cause}. */
    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
