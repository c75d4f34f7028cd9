package dev.skerry.compat.bench;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
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

    /** Cut into pieces of that size, the last of what is left; one piece, where there is nothing to cut. */
    List<Body> parts(int partBytes) {
        List<Body> parts = new ArrayList<>();
        for (int begin = 0; begin < sizeBytes() || begin == 0; begin += partBytes) {
            parts.add(of(bytes.getBytes(begin, (int) Math.min((long) begin + partBytes, sizeBytes()))));
        }
        return parts;
    }

    int sizeBytes() {
        return bytes.length();
    }
}
