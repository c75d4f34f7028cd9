package dev.skerry.http;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The client is gone, or takes nothing any more: whatever answers it stops, quietly. */
public final class ConnectionLostException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With what was noticed, and what it was noticed by. */
    public ConnectionLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
