package dev.skerry.cluster.failure;

import java.time.Duration;

/**
 * When a node counts as silent.
 *
 * @param interval between two heartbeats to a node
 * @param threshold the phi from which on a node is suspected: 8 is wrong once in 10^8 heartbeats that come as they did
 * @param window how many intervals are remembered of each node
 * @param leastDeviation how far heartbeats are taken to stray at the least: a network that is even would make a node
 *     suspect for one pause of its collector
 * @param downAfter how long a suspect node is silent until it is down
 */
public record DetectorSettings(
        Duration interval, double threshold, int window, Duration leastDeviation, Duration downAfter) {
    /** A node that stops is suspected after some three seconds and down after ten. */
    public static final DetectorSettings DEFAULT =
            new DetectorSettings(Duration.ofSeconds(1), 8, 1000, Duration.ofMillis(400), Duration.ofSeconds(10));

    public DetectorSettings {
        if (interval.toMillis() < 1 || leastDeviation.toMillis() < 1 || downAfter.compareTo(interval) <= 0) {
            throw new IllegalArgumentException("heartbeats: each " + interval + ", straying by " + leastDeviation
                    + ", down after " + downAfter
                    + " (expected: a millisecond or more each, down after more than an interval)");
        }
        if (!(threshold > 0) || window < 1) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold + ", window: " + window + " (expected: more than 0)");
        }
    }
}
