package dev.skerry.blob.lifecycle;

import java.time.Instant;

/** When an action of a rule falls due. */
public sealed interface When {
    /** So many days after the version came to be; see {@link LifecycleCalendar}. */
    record AfterDays(int days) implements When {
        public AfterDays {
            if (days < 0) {
                throw new IllegalArgumentException("days: " + days + " (expected: 0 or more)");
            }
        }
    }

    /** On a date, for what is there then and for what comes later. */
    record OnDate(Instant date) implements When {}
}
