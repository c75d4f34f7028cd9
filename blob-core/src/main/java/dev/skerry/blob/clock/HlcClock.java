package dev.skerry.blob.clock;

import java.time.Duration;
import java.time.InstantSource;

/**
 * The hybrid logical clock of one node: near the time of day, and never the same or an earlier time twice. Safe for use
 * by many threads.
 *
 * <p>Invariants: each time given out is greater than all given out before and than every time {@link #update} accepted.
 * That holds across a restart too if the clock is started at a floor no lower than any time it gave out before. The
 * physical half is ahead of the time source only where the source went back, or a remote clock or the floor was ahead.
 */
public final class HlcClock {
    /** How far ahead of ours a remote clock may be unless told otherwise. */
    public static final Duration DEFAULT_MAX_SKEW = Duration.ofMillis(500);

    private final InstantSource source;
    private final long maxSkewMs;
    private final Object lock = new Object();

    /** The greatest time given out or accepted; guarded by {@link #lock}. */
    private HlcTimestamp last;

    /** A clock that never saw another time, with the default bound on skew. */
    public HlcClock(InstantSource source) {
        this(source, HlcTimestamp.ZERO, DEFAULT_MAX_SKEW);
    }

    /**
     * A clock that goes on after {@code floor}.
     *
     * @param floor the greatest time known from before the start
     * @param maxSkew how far ahead of ours a remote clock may be
     */
    public HlcClock(InstantSource source, HlcTimestamp floor, Duration maxSkew) {
        if (maxSkew.isNegative()) {
            throw new IllegalArgumentException("clock skew: " + maxSkew + " (expected: 0 or more)");
        }
        this.source = source;
        this.last = floor;
        this.maxSkewMs = maxSkew.toMillis();
    }

    /** The next time. Waits for the next millisecond where this one's counter is used up, which takes 65536 calls. */
    public HlcTimestamp now() {
        synchronized (lock) {
            last = following(last);
            return last;
        }
    }

    /**
     * Takes note of a time from elsewhere, so that everything from here on is later, and gives the next time.
     *
     * @throws ClockSkewException if {@code remote} is further ahead of the time source than the bound; it is then not
     *     taken note of, because one wrong clock would carry all others with it
     */
    public HlcTimestamp update(HlcTimestamp remote) {
        synchronized (lock) {
            long aheadMs = remote.physicalMs() - source.millis();
            if (aheadMs > maxSkewMs) {
                throw new ClockSkewException(remote, aheadMs, maxSkewMs);
            }
            last = following(compare(remote, last) > 0 ? remote : last);
            return last;
        }
    }

    /** Orders two times as {@link java.util.Comparator#compare} does. */
    public static int compare(HlcTimestamp first, HlcTimestamp second) {
        return first.compareTo(second);
    }

    /** The least time after {@code previous} that is not before the time source's. */
    private HlcTimestamp following(HlcTimestamp previous) {
        long millis = source.millis();
        if (millis > previous.physicalMs()) {
            return new HlcTimestamp(millis, 0);
        }
        if (previous.logical() < HlcTimestamp.MAX_LOGICAL) {
            return new HlcTimestamp(previous.physicalMs(), previous.logical() + 1);
        }
        // The source stands within the used-up millisecond: it leaves it shortly. Where it is behind, because it was
        // set
        // back, waiting could take hours; then the counter carries into the physical half instead.
        while (millis == previous.physicalMs()) {
            Thread.onSpinWait();
            millis = source.millis();
        }
        return new HlcTimestamp(Math.max(millis, previous.physicalMs() + 1), 0);
    }
}
