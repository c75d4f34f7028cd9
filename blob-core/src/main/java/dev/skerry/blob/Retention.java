package dev.skerry.blob;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * For how long a version is kept.
 *
 * @param mode how strictly
 * @param until the first moment it may go, in whole milliseconds
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html">Locking objects with Object
 *     Lock</a>
 */
public record Retention(RetentionMode mode, Instant until) {
    public Retention {
        until = until.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Whether it keeps its version at that time. */
    public boolean holds(Instant at) {
        return until.isAfter(at);
    }
}
