package dev.skerry.http;

import java.time.Duration;
import java.time.Instant;

/**
 * One request after it ended, for the access log and the metrics.
 *
 * @param startedAt when its head was there
 * @param duration from then until its answer was out or given up
 * @param surface which protocol answered: {@code s3}, {@code native} and the like
 * @param operation the operation's name, or {@code Unknown}; from a fixed set, so it may label a metric
 * @param method HTTP's
 * @param rawPath the path as it came, without the query, which may hold a signature
 * @param remoteAddress the client's address
 * @param identity the name of who asked; empty where nobody was found out
 * @param status what was answered; 499 where the client was gone before
 * @param errorCode the protocol's error code; empty where there was none
 * @param bytesIn of the request's body
 * @param bytesOut of the answer's body
 * @param requestId as the client saw it
 * @param userAgent the client's name for itself; may be empty
 */
public record RequestRecord(
        Instant startedAt,
        Duration duration,
        String surface,
        String operation,
        String method,
        String rawPath,
        String remoteAddress,
        String identity,
        int status,
        String errorCode,
        long bytesIn,
        long bytesOut,
        String requestId,
        String userAgent) {
    /** The status of a request whose client left before it was answered. */
    public static final int CLIENT_GONE = 499;
}
