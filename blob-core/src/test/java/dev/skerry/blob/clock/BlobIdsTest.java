package dev.skerry.blob.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobId;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlobIdsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final HlcClock clock = new HlcClock(() -> NOW);
    private final BlobIds ids = new BlobIds(clock, new Random(1));

    @Test
    void idsAscendStrictly() {
        BlobId last = ids.next();
        for (int i = 0; i < 10_000; i++) {
            BlobId next = ids.next();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @Test
    void anIdSaysWhenItWasDrawn() {
        HlcTimestamp time = new HlcTimestamp(NOW.toEpochMilli(), 43_210);

        assertThat(BlobIds.timeOf(ids.at(time))).isEqualTo(time);
    }

    @Test
    void idsOfOneTimeDiffer() {
        HlcTimestamp time = clock.now();

        assertThat(ids.at(time)).isNotEqualTo(ids.at(time));
    }

    @Test
    void theFormIsThatOfAUlid() {
        // Taken from the ULID specification: its first ten characters are the millisecond 1469918176385.
        assertThat(BlobIds.timeOf(new BlobId("01ARYZ6S41TSV4RRFFQ69G5FAV")).physicalMs())
                .isEqualTo(1_469_918_176_385L);
        assertThat(BlobIds.of(new HlcTimestamp(1_469_918_176_385L, 0), 0).value())
                .isEqualTo("01ARYZ6S410000000000000000");
        assertThat(BlobIds.of(new HlcTimestamp(1_469_918_176_385L, 0xFFFF), -1).value())
                .isEqualTo("01ARYZ6S41ZZZZZZZZZZZZZZZZ");
        assertThat(BlobIds.of(HlcTimestamp.ZERO, 1).value()).isEqualTo("00000000000000000000000001");
    }
}
