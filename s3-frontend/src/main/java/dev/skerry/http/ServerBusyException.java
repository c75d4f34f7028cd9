package dev.skerry.http;

import java.io.Serial;

/** Others hold what this request would need, for longer than it may wait. */
public final class ServerBusyException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With what was waited for. */
    public ServerBusyException(String message) {
        super(message);
    }

    /** With what was waited for, and what ended the wait. */
    public ServerBusyException(String message, Throwable cause) {
        super(message, cause);
    }
}
