package dev.skerry.blob.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * How days are counted: from the moment, and then up to the next midnight UTC, as S3 does. Where a day is set to be
 * shorter than a day, for tests, there is no midnight to wait for.
 *
 * @param day how long a day is
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html">Lifecycle
 *     configuration elements</a>
 */
public record LifecycleCalendar(Duration day) {
    /** Days as everyone knows them. */
    public static final LifecycleCalendar REAL = new LifecycleCalendar(Duration.ofDays(1));

    public LifecycleCalendar {
        if (day.isNegative() || day.isZero()) {
            throw new IllegalArgumentException("day: " + day + " (expected: more than 0)");
        }
    }

    /** When so many days after {@code from} are over. */
    public Instant after(Instant from, int days) {
        Instant over = from.plus(day.multipliedBy(days));
        if (!day.equals(REAL.day())) {
            return over;
        }
        Instant midnight = over.truncatedTo(ChronoUnit.DAYS);
        return midnight.equals(over) ? over : midnight.plus(1, ChronoUnit.DAYS);
    }

    /** When {@code when} comes for what came to be at {@code from}. */
    Instant due(When when, Instant from) {
        return switch (when) {
            case When.AfterDays(int days) -> after(from, days);
            case When.OnDate(Instant date) -> date;
        };
    }
}
