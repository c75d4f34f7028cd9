package dev.skerry.compat.bench;

import java.io.Serial;

/** The benchmark cannot go on; the message says why. */
final class BenchException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
