package dev.skerry.http;

import dev.skerry.blob.PartRef;
import java.time.Duration;

/**
 * Bounds of one request and its answer.
 *
 * @param idleTimeout how long a read waits for the client's next bytes, and a write for the client to take some
 * @param bodyBytesPerSecond the least a client must send while it is waited for, on the average of an idle timeout; 0
 *     for none
 * @param bufferedBytes the most of a request's body, and of its answer, that waits in memory
 * @param discardBytes how much of an unwanted body is read so that its connection can be used again
 * @param lingerTimeout how long unwanted bytes are read after an answer before the connection is closed
 * @param proxies whose word is taken for who sent a request
 */
public record ExchangeSettings(
        Duration idleTimeout,
        long bodyBytesPerSecond,
        int bufferedBytes,
        long discardBytes,
        Duration lingerTimeout,
        TrustedProxies proxies) {
    /** Fit for S3's clients. */
    public static final ExchangeSettings DEFAULT = new ExchangeSettings(
            Duration.ofSeconds(60), 256, 256 * 1024, 1024 * 1024, Duration.ofSeconds(5), TrustedProxies.NONE);

    static final int MINIMUM_BUFFERED_BYTES = PartRef.BLOCK_BYTES;

    public ExchangeSettings {
        if (bufferedBytes < MINIMUM_BUFFERED_BYTES) {
            throw new IllegalArgumentException(
                    "buffered bytes: " + bufferedBytes + " (expected: " + MINIMUM_BUFFERED_BYTES + " or more)");
        }
        if (bodyBytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "body rate: " + bodyBytesPerSecond + " bytes a second (expected: 0 or more)");
        }
        if (discardBytes < 0) {
            throw new IllegalArgumentException("discarded bytes: " + discardBytes + " (expected: 0 or more)");
        }
    }
}
