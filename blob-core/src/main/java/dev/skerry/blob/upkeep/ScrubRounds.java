package dev.skerry.blob.upkeep;

import dev.skerry.blob.StoreListener;
import dev.skerry.blob.upkeep.ScrubPlace.Kept;
import dev.skerry.blob.upkeep.ScrubPlace.Round;
import dev.skerry.blob.upkeep.Scrubber.Position;
import dev.skerry.blob.upkeep.Scrubber.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every part file through once in an interval, restarts included. A round is read in slices of about as long as
 * {@link UpkeepSettings#interval()}, one right after the other, and where it stands is kept after each. A restart goes
 * on there, and a round that is over is remembered too, so that the next begins an interval after it began. Where the
 * place is lost a round begins anew.
 */
final class ScrubRounds {
    private static final Logger log = LoggerFactory.getLogger(ScrubRounds.class);

    private final Scrubber scrubber;
    private final ScrubPlace place;
    private final InstantSource time;
    private final Duration interval;
    private final long bytesPerSecond;
    private final long sliceBytes;
    private final StoreListener listener;
    private final Pace pace;

    /** Held for a whole slice, I/O and all: nothing but the end of upkeep ever waits for it. */
    private final ReentrantLock slices = new ReentrantLock();

    /** Guarded by {@link #slices}; null before the first round. */
    private @Nullable Round round;

    ScrubRounds(
            Upkeep.Ports ports, UpkeepSettings settings, Duration scrubInterval, StoreListener listener, Pace pace) {
        this.scrubber = ports.scrubber();
        this.place = ports.scrubPlace();
        this.time = ports.time();
        this.interval = scrubInterval;
        this.bytesPerSecond = settings.scrubBytesPerSecond();
        this.sliceBytes =
                Math.max(1, (long) (bytesPerSecond * (settings.interval().toNanos() / 1e9)));
        this.listener = listener;
        this.pace = pace;
    }

    /** Learns how far the process before this one came. */
    void start() {
        slices.lock();
        try {
            place.read().ifPresent(kept -> {
                round = kept.round();
                scrubber.remember(kept.ends());
            });
        } finally {
            slices.unlock();
        }
    }

    /** Goes on with the round until it is over or {@code pace} says to stop; does nothing while none is due. */
    void goOn() {
        boolean more = true;
        while (more) {
            more = slice();
        }
    }

    /** Reads one slice, and says whether another is to follow at once. What it throws leaves the place where it was. */
    boolean slice() {
        slices.lock();
        try {
            Instant began = time.instant();
            Round current = current(began);
            Position at = current.at();
            if (at == null || !pace.goesOn()) {
                return false;
            }
            Progress progress = scrubber.scrub(at, sliceBytes, bytesPerSecond, pace);
            Instant now = time.instant();
            boolean late = current.late() || saysLate(current.began(), now);
            round = new Round(current.began(), late, progress.reached());
            place.keep(new Kept(round, scrubber.ends()));
            listener.upkeepPass(
                    "scrub", Duration.between(began, now), !progress.damaged().isEmpty());
            return progress.reached() != null && pace.goesOn();
        } finally {
            slices.unlock();
        }
    }

    /** The round under way, or a new one where one is due, or else the one that is over. */
    private Round current(Instant now) {
        Round last = round;
        if (last != null
                && (last.at() != null
                        || Duration.between(last.began(), now).abs().compareTo(interval) < 0)) {
            return last;
        }
        return new Round(now, false, Position.START);
    }

    private boolean saysLate(Instant began, Instant now) {
        boolean late = Duration.between(began, now).compareTo(interval) > 0;
        if (late) {
            log.warn(
                    "the scrub did not read everything within scrub.interval: raise scrub.bytes_per_second, unless"
                            + " this node was down for long, began={} interval={} bytes_per_second={}",
                    began,
                    interval,
                    bytesPerSecond);
        }
        return late;
    }

    /** Waits for a slice under way, which ends soon once {@code pace} says to stop; whether it did in time. */
    boolean awaitEnd(Duration longest) throws InterruptedException {
        if (!slices.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        slices.unlock();
        return true;
    }
}
