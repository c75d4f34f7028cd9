package dev.skerry.compat.bench;

import org.jspecify.annotations.Nullable;

/**
 * What a process used.
 *
 * @param cpuMicros of user and system time
 * @param rssKib resident when it was looked at
 * @param peakRssKib the most that ever was
 * @param writeBytes handed to the disk, of which the system may still hold some back; null where it is not told
 */
record Usage(
        long cpuMicros,
        long rssKib,
        long peakRssKib,
        @Nullable Long writeBytes) {
    static final Usage NONE = new Usage(0, 0, 0, 0L);

    /** What two processes used. */
    Usage plus(Usage other) {
        return new Usage(
                cpuMicros + other.cpuMicros,
                rssKib + other.rssKib,
                peakRssKib + other.peakRssKib,
                writeBytes == null || other.writeBytes == null ? null : writeBytes + other.writeBytes);
    }

    /** What was used in between; memory as it is now. */
    Usage since(Usage before) {
        return new Usage(
                cpuMicros - before.cpuMicros,
                rssKib,
                peakRssKib,
                writeBytes == null || before.writeBytes == null ? null : writeBytes - before.writeBytes);
    }
}
