package dev.skerry.cluster.failure;

import java.util.concurrent.TimeUnit;

/**
 * How surprising it is that a node has been silent for so long, from the intervals of its heartbeats so far: phi is
 * {@code -log10} of the chance that one comes still later (Hayashibara and others, "The phi accrual failure detector").
 * A slow network makes it patient, a steady one strict. Not for use by several threads.
 *
 * <p>Intervals are taken to be distributed normally, with the logistic approximation of its tail, which stays finite.
 */
final class PhiAccrual {
    private final DetectorSettings settings;
    private final long[] intervals;
    private final long longestMillis;
    private int count;
    private int next;
    private long sum;
    private long sumOfSquares;
    private long lastNanos;

    /**
     * A node that is heard of for the first time now.
     *
     * @param nowNanos of a clock that never goes back
     */
    PhiAccrual(DetectorSettings settings, long nowNanos) {
        this.settings = settings;
        this.intervals = new long[settings.window()];
        this.longestMillis = settings.downAfter().toMillis();
        this.lastNanos = nowNanos;
        // what is expected of a node that nothing is known of: as asked for, and rather strayed
        long interval = settings.interval().toMillis();
        add(interval - interval / 4);
        add(interval + interval / 4);
    }

    /** A heartbeat came. An interval in which the node was down says nothing of its heartbeats, and is left out. */
    void heartbeat(long nowNanos) {
        long millis = silentMillis(nowNanos);
        if (nowNanos - lastNanos > 0) {
            lastNanos = nowNanos;
        }
        if (millis < longestMillis) {
            add(millis);
        }
    }

    /** How long nothing was heard. */
    long silentMillis(long nowNanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nowNanos - lastNanos));
    }

    /** 0 and more; grows without end while nothing is heard. */
    double phi(long nowNanos) {
        double mean = (double) sum / count;
        double variance = Math.max(0, (double) sumOfSquares / count - mean * mean);
        double deviation =
                Math.max(Math.sqrt(variance), (double) settings.leastDeviation().toMillis());
        double off = (silentMillis(nowNanos) - mean) / deviation;
        double exponent = off * (1.5976 + 0.070566 * off * off);
        // -log10(e^-x / (1 + e^-x)) = log10(1 + e^x), written so that neither side overflows
        double logarithm = exponent > 0 ? exponent + Math.log1p(Math.exp(-exponent)) : Math.log1p(Math.exp(exponent));
        return logarithm / Math.log(10);
    }

    private void add(long millis) {
        if (count == intervals.length) {
            long oldest = intervals[next];
            sum -= oldest;
            sumOfSquares -= oldest * oldest;
        } else {
            count++;
        }
        intervals[next] = millis;
        next = (next + 1) % intervals.length;
        sum += millis;
        sumOfSquares += millis * millis;
    }
}
