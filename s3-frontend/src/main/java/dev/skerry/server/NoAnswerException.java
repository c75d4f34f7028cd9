package dev.skerry.server;

import java.io.Serial;

/** A server that was asked does not answer, or not in time; it may have done what it was asked for. */
public final class NoAnswerException extends StartException {
    @Serial
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
