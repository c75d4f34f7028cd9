package dev.skerry.http;

import java.time.Duration;

/**
 * Holds a client to the least it must send: a client that sends one byte whenever its time is nearly over is never
 * silent, and would keep a thread for ever. What counts is the time a request waited for its client, not the time it
 * took itself. Used by one thread.
 */
final class BodyPace {
    private final double stretchSeconds;
    private final long bytesPerSecond;
    private double waitedSeconds;
    private long bytes;

    /**
     * Judges every {@code stretch} of waiting by itself.
     *
     * @param bytesPerSecond the least, on the average of a stretch; 0 for none
     */
    BodyPace(Duration stretch, long bytesPerSecond) {
        this.stretchSeconds = seconds(stretch.toNanos());
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Whether the client is too slow, now that so many bytes came after so long a wait. */
    boolean tooSlow(long waitedNanos, int arrivedBytes) {
        waitedSeconds += seconds(waitedNanos);
        bytes += arrivedBytes;
        if (waitedSeconds < stretchSeconds) {
            return false;
        }
        boolean slow = bytes < bytesPerSecond * waitedSeconds;
        waitedSeconds = 0;
        bytes = 0;
        return slow;
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
