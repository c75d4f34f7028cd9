package dev.skerry.compat.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one run of a load gave.
 *
 * @param latencies of the operations that succeeded, in nanoseconds
 * @param bytes of the bodies of those
 * @param errors operations that failed
 * @param firstError what the first of them said; empty for none
 * @param nanos from the first request to the last answer
 */
record Sample(Histogram latencies, long bytes, long errors, String firstError, long nanos) {
    private static final long MAX_NANOS = 600_000_000_000L;

    /** A histogram of up to ten minutes, to three digits. */
    static Histogram newHistogram() {
        return new Histogram(MAX_NANOS, 3);
    }

    long operations() {
        return latencies.getTotalCount();
    }

    double operationsPerSecond() {
        return nanos == 0 ? 0 : operations() * 1e9 / nanos;
    }

    double megabytesPerSecond() {
        return nanos == 0 ? 0 : bytes * 1e3 / nanos;
    }

    /** What several event loops measured at the same time. */
    static Sample together(List<Sample> parts) {
        Histogram latencies = newHistogram();
        long bytes = 0;
        long errors = 0;
        String firstError = "";
        long nanos = 0;
        for (Sample part : parts) {
            latencies.add(part.latencies);
            bytes += part.bytes;
            errors += part.errors;
            firstError = firstError.isEmpty() ? part.firstError : firstError;
            nanos = Math.max(nanos, part.nanos);
        }
        return new Sample(latencies, bytes, errors, firstError, nanos);
    }
}
