package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HttpDatesTest {
    private static final Instant TIME = Instant.parse("1994-11-06T08:49:37.999Z");

    @Test
    void writesATimeAsHttpDoes() {
        assertThat(HttpDates.format(TIME)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void everySecondHasItsOwnTextHoweverOftenTheyTakeTurns() {
        for (int round = 0; round < 2; round++) {
            for (int seconds = 0; seconds < 1000; seconds++) {
                Instant time = TIME.plusSeconds(seconds);

                assertThat(HttpDates.parse(HttpDates.format(time)))
                        .contains(Instant.ofEpochSecond(time.getEpochSecond()));
            }
        }
    }

    @Test
    void writesTimesBefore1970() {
        assertThat(HttpDates.format(Instant.ofEpochSecond(-1))).isEqualTo("Wed, 31 Dec 1969 23:59:59 GMT");
    }
}
