package dev.skerry.blob.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HlcClockTest {
    private static final long NOW = 1_000_000;

    private final AtomicLong millis = new AtomicLong(NOW);
    private final InstantSource source = () -> Instant.ofEpochMilli(millis.get());
    private final HlcClock clock = new HlcClock(source);

    @Test
    void withinAMillisecondTheCounterAscends() {
        assertThat(clock.now()).isEqualTo(new HlcTimestamp(NOW, 0));
        assertThat(clock.now()).isEqualTo(new HlcTimestamp(NOW, 1));
        assertThat(clock.now()).isEqualTo(new HlcTimestamp(NOW, 2));
    }

    @Test
    void aNewMillisecondBeginsAtZero() {
        clock.now();
        clock.now();
        millis.addAndGet(1);

        assertThat(clock.now()).isEqualTo(new HlcTimestamp(NOW + 1, 0));
    }

    @Test
    void aSourceThatGoesBackDoesNotTakeTheClockBack() {
        HlcTimestamp before = clock.now();
        millis.addAndGet(-60_000);

        assertThat(clock.now()).isGreaterThan(before).isEqualTo(new HlcTimestamp(NOW, 1));
    }

    @Test
    void afterARestartItGoesOnAfterItsFloor() {
        HlcTimestamp floor = new HlcTimestamp(NOW + 5_000, 7);

        HlcClock restarted = new HlcClock(source, floor, HlcClock.DEFAULT_MAX_SKEW);

        assertThat(restarted.now()).isEqualTo(new HlcTimestamp(NOW + 5_000, 8));
        millis.addAndGet(10_000);
        assertThat(restarted.now()).isEqualTo(new HlcTimestamp(NOW + 10_000, 0));
    }

    @Test
    void aUsedUpCounterWaitsForTheNextMillisecond() {
        AtomicLong asked = new AtomicLong();
        // Asked the first time by now(), then while it waits; the millisecond ends at the fifth time.
        InstantSource slow = () -> Instant.ofEpochMilli(asked.incrementAndGet() < 5 ? NOW : NOW + 1);
        HlcClock full = new HlcClock(slow, new HlcTimestamp(NOW, HlcTimestamp.MAX_LOGICAL), HlcClock.DEFAULT_MAX_SKEW);

        assertThat(full.now()).isEqualTo(new HlcTimestamp(NOW + 1, 0));
        assertThat(asked.get()).isEqualTo(5);
    }

    @Test
    void aUsedUpCounterAheadOfTheSourceCarriesRatherThanWaits() {
        HlcTimestamp ahead = new HlcTimestamp(NOW + 3_600_000, HlcTimestamp.MAX_LOGICAL);

        assertThat(new HlcClock(source, ahead, HlcClock.DEFAULT_MAX_SKEW).now())
                .isEqualTo(new HlcTimestamp(NOW + 3_600_001, 0));
    }

    @Test
    void everythingAfterAnUpdateIsLater() {
        HlcTimestamp remote = new HlcTimestamp(NOW + 400, 3);

        assertThat(clock.update(remote)).isEqualTo(new HlcTimestamp(NOW + 400, 4));
        assertThat(clock.now()).isEqualTo(new HlcTimestamp(NOW + 400, 5));
    }

    @Test
    void anUpdateFromThePastChangesNothing() {
        HlcTimestamp before = clock.now();

        assertThat(clock.update(new HlcTimestamp(1, 1))).isEqualTo(new HlcTimestamp(NOW, before.logical() + 1));
    }

    @Test
    void aRemoteClockTooFarAheadIsRefusedAndForgotten() {
        clock.update(new HlcTimestamp(NOW + 500, 0));

        assertThatExceptionOfType(ClockSkewException.class)
                .isThrownBy(() -> clock.update(new HlcTimestamp(NOW + 501, 0)))
                .withMessageContaining("501 ms ahead")
                .withMessageContaining("expected: 500 ms or less");
        assertThat(clock.now()).isEqualTo(new HlcTimestamp(NOW + 500, 2));
    }

    @Test
    void theBoundOnSkewCanBeChosen() {
        HlcClock strict = new HlcClock(source, HlcTimestamp.ZERO, Duration.ZERO);

        assertThat(strict.update(new HlcTimestamp(NOW, 9))).isEqualTo(new HlcTimestamp(NOW, 10));
        assertThatExceptionOfType(ClockSkewException.class)
                .isThrownBy(() -> strict.update(new HlcTimestamp(NOW + 1, 0)));
    }

    @Test
    void timesCompareByMillisecondThenCounter() {
        List<HlcTimestamp> ascending =
                List.of(HlcTimestamp.ZERO, new HlcTimestamp(0, 1), new HlcTimestamp(1, 0), new HlcTimestamp(1, 65_535));

        for (int i = 1; i < ascending.size(); i++) {
            assertThat(HlcClock.compare(ascending.get(i - 1), ascending.get(i))).isNegative();
            assertThat(ascending.get(i - 1).packed())
                    .isLessThan(ascending.get(i).packed());
        }
        assertThat(HlcTimestamp.ofPacked(ascending.getLast().packed())).isEqualTo(ascending.getLast());
    }

    @Test
    void noTwoThreadsGetTheSameTime() throws Exception {
        int threads = 8;
        int each = 2_000;
        Set<HlcTimestamp> seen = ConcurrentHashMap.newKeySet();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(() -> {
                    HlcTimestamp last = HlcTimestamp.ZERO;
                    for (int n = 0; n < each; n++) {
                        HlcTimestamp next = clock.now();
                        assertThat(next).isGreaterThan(last);
                        seen.add(next);
                        last = next;
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
        assertThat(seen).hasSize(threads * each);
    }
}
