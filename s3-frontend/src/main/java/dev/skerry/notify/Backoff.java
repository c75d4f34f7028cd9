package dev.skerry.notify;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before an event is tried again: twice as long each time up to a bound, and each time some part less,
 * so that many do not try at once.
 */
record Backoff(Duration first, Duration longest, RandomGenerator random) {
    private static final int MAX_DOUBLINGS = 20;

    Duration after(int failures) {
        long wait = Math.min(longest.toMillis(), first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS));
        return Duration.ofMillis(Math.max(1, wait - random.nextLong(wait / 4 + 1)));
    }
}
