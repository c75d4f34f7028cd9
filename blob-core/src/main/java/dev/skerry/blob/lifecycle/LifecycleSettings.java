package dev.skerry.blob.lifecycle;

import java.time.Duration;

/**
 * What a person sets of lifecycle.
 *
 * @param interval between the end of one pass over all buckets and the beginning of the next
 * @param calendar how long a day is to the worker
 * @param classes the storage classes there are
 * @param actionsPerSecond how many versions are dealt with at the most
 * @param pageRows how many versions are looked at, and dealt with, at a time
 * @param pause between two pages, so that the work yields to clients
 */
public record LifecycleSettings(
        Duration interval,
        LifecycleCalendar calendar,
        StorageClasses classes,
        int actionsPerSecond,
        int pageRows,
        Duration pause) {
    public LifecycleSettings {
        if (interval.isNegative() || interval.isZero() || pause.isNegative()) {
            throw new IllegalArgumentException(
                    "interval: " + interval + ", pause: " + pause + " (expected: more than 0, and 0 or more)");
        }
        if (actionsPerSecond < 1 || pageRows < 1) {
            throw new IllegalArgumentException("actions per second: " + actionsPerSecond + ", rows of a page: "
                    + pageRows + " (expected: 1 or more)");
        }
    }
}
