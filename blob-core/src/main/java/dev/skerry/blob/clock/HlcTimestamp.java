package dev.skerry.blob.clock;

import java.time.Instant;

/**
 * A time of the hybrid logical clock: 48 bits of milliseconds and a 16-bit counter, which pack into one long that sorts
 * as the times do.
 *
 * @param physicalMs milliseconds since the epoch
 * @param logical events seen within that millisecond, 0 to 65535
 * @see <a href="https://cse.buffalo.edu/tech-reports/2014-04.pdf">Logical Physical Clocks and Consistent Snapshots</a>
 */
public record HlcTimestamp(long physicalMs, int logical) implements Comparable<HlcTimestamp> {
    /** Before every other. */
    public static final HlcTimestamp ZERO = new HlcTimestamp(0, 0);

    static final int MAX_LOGICAL = 0xFFFF;
    private static final long MAX_PHYSICAL = (1L << 47) - 1;

    public HlcTimestamp {
        if (physicalMs < 0 || physicalMs > MAX_PHYSICAL || logical < 0 || logical > MAX_LOGICAL) {
            throw new IllegalArgumentException(
                    "hlc: " + physicalMs + " ms, " + logical + " (expected: 0..2^47-1 ms and 0..65535)");
        }
    }

    /** The time packed by {@link #packed()}. */
    public static HlcTimestamp ofPacked(long packed) {
        return new HlcTimestamp(packed >>> 16, (int) (packed & MAX_LOGICAL));
    }

    /** Both halves in one long that sorts as the times do. */
    public long packed() {
        return physicalMs << 16 | logical;
    }

    /** The physical half. */
    public Instant instant() {
        return Instant.ofEpochMilli(physicalMs);
    }

    @Override
    public int compareTo(HlcTimestamp other) {
        return Long.compare(packed(), other.packed());
    }
}
