package dev.skerry.http;

import java.io.Serial;

/** The client sent nothing of its body for the idle timeout, or too little of it. */
public final class RequestTimeoutException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** With what was waited for. */
    public RequestTimeoutException(String message) {
        super(message);
    }
}
