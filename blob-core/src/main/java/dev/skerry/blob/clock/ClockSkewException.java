package dev.skerry.blob.clock;

import java.io.Serial;

/** A remote clock is further ahead of ours than is allowed. */
public final class ClockSkewException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    ClockSkewException(HlcTimestamp remote, long aheadMs, long maxSkewMs) {
        super("remote clock: " + remote.instant() + " is " + aheadMs + " ms ahead of ours (expected: " + maxSkewMs
                + " ms or less)");
    }
}
