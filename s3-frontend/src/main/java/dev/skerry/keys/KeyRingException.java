package dev.skerry.keys;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A key ring cannot be used, for a reason a person can mend; the message says which and holds no secret. */
public final class KeyRingException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    KeyRingException(String message) {
        this(message, null);
    }

    KeyRingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
