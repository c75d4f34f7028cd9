package dev.skerry.blob.upkeep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person sets of a store's background work.
 *
 * @param interval between the end of one collection and the beginning of the next, and between looks whether a round of
 *     reading every part file is due; while one is under way its place is kept as often
 * @param hiddenGrace how long a deleted or replaced generation can still be brought back
 * @param pressedGrace the same, and that of readers, while the disk is nearly full, so that deletes free space
 * @param readerGrace how long the files of a generation that is gone stay for whoever reads them
 * @param stagedGrace how old a folder nobody refers to must be before it counts as left behind
 * @param sweepInterval how often the folders on disk are compared with the rows
 * @param tombstoneRetention how long a tombstone stays that nothing lies beneath
 * @param eventRetention how long an event of the change feed stays, or null for as long as there are not too many
 * @param maxEvents the most events kept in a slot
 * @param batch how much one command or query takes
 * @param pause between two batches, so that the work yields to clients
 * @param scrubInterval between the beginnings of two rounds of reading every part file, or null for none
 * @param scrubBytesPerSecond how fast such a round reads at the most
 */
public record UpkeepSettings(
        Duration interval,
        Duration hiddenGrace,
        Duration pressedGrace,
        Duration readerGrace,
        Duration stagedGrace,
        Duration sweepInterval,
        Duration tombstoneRetention,
        @Nullable Duration eventRetention,
        long maxEvents,
        int batch,
        Duration pause,
        @Nullable Duration scrubInterval,
        long scrubBytesPerSecond) {
    /** What holds where nothing is set. */
    public static final UpkeepSettings DEFAULT = new UpkeepSettings(
            Duration.ofMinutes(1),
            Duration.ofHours(24),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofHours(24),
            Duration.ofHours(12),
            Duration.ofDays(7),
            Duration.ofDays(7),
            1_000_000,
            200,
            Duration.ofMillis(2),
            Duration.ofDays(14),
            8L * 1024 * 1024);

    public UpkeepSettings {
        requirePositive("interval", interval);
        requirePositive("grace of hidden generations", hiddenGrace);
        requirePositive("grace under disk pressure", pressedGrace);
        requirePositive("grace of staged files", stagedGrace);
        requirePositive("interval of sweeps", sweepInterval);
        requirePositive("retention of tombstones", tombstoneRetention);
        if (eventRetention != null) {
            requirePositive("retention of events", eventRetention);
        }
        if (scrubInterval != null) {
            requirePositive("interval of scrubs", scrubInterval);
        }
        if (readerGrace.isNegative() || pause.isNegative()) {
            throw new IllegalArgumentException(
                    "grace of readers: " + readerGrace + ", pause: " + pause + " (expected: 0 or more)");
        }
        if (batch < 1 || maxEvents < 1 || scrubBytesPerSecond < 1) {
            throw new IllegalArgumentException("batch: " + batch + ", events: " + maxEvents + ", scrub: "
                    + scrubBytesPerSecond + " bytes per second (expected: 1 or more)");
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + ": " + duration + " (expected: more than 0)");
        }
    }
}
