package dev.skerry.blob.part;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How much room one disk has above its reserve. The answer of the file system is kept for a moment, because every write
 * asks.
 */
final class DiskRoom {
    private static final Duration KEPT_FOR = Duration.ofMillis(250);

    private final Path disk;
    private final FilePartStore.Settings settings;
    private final SpaceProbe probe;
    private final InstantSource clock;
    // a race of two askers costs one more question to the file system and nothing else
    private volatile Answer last = new Answer(Instant.MIN, 0, 0);

    DiskRoom(Path disk, FilePartStore.Settings settings, SpaceProbe probe, InstantSource clock) {
        this.disk = disk;
        this.settings = settings;
        this.probe = probe;
        this.clock = clock;
    }

    private record Answer(Instant at, long usableBytes, long totalBytes) {}

    boolean has(long bytes) {
        Answer answer = ask();
        return answer.usableBytes - reserveBytes(answer.totalBytes) >= bytes;
    }

    private Answer ask() {
        Answer answer = last;
        Instant now = clock.instant();
        // a clock set back must not keep an old answer for ever
        if (now.isBefore(answer.at) || Duration.between(answer.at, now).compareTo(KEPT_FOR) >= 0) {
            try {
                SpaceProbe.Space space = probe.space(disk);
                answer = new Answer(now, space.usableBytes(), space.totalBytes());
                last = answer;
            } catch (IOException e) {
                throw DiskFaults.translate("free space of " + disk, e);
            }
        }
        return answer;
    }

    private long reserveBytes(long totalBytes) {
        return Math.max(settings.reserveBytes(), (long) (totalBytes * settings.reserveFraction()));
    }
}
