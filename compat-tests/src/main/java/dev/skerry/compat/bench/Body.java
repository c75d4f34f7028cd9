package dev.skerry.compat.bench;

import io.vertx.core.buffer.Buffer;
import java.util.random.RandomGenerator;

/**
 * A body made once and sent many times.
 *
 * @param bytes its content; never changed
 * @param sha256 of it
 */
record Body(Buffer bytes, String sha256) {
    static final Body EMPTY = new Body(Buffer.buffer(), RequestSigner.EMPTY_SHA256);

    /** One that no compression shortens. */
    static Body random(int sizeBytes, RandomGenerator random) {
        byte[] bytes = new byte[sizeBytes];
        random.nextBytes(bytes);
        return of(bytes);
    }

    static Body of(byte[] bytes) {
        return new Body(Buffer.buffer(bytes), RequestSigner.hash(bytes));
    }

    int sizeBytes() {
        return bytes.length();
    }
}
