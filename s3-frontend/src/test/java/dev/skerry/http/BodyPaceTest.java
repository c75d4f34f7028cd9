package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyPaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final BodyPace pace = new BodyPace(Duration.ofSeconds(60), 100);

    @Test
    void oneByteWheneverTimeIsNearlyOverIsTooSlow() {
        assertThat(pace.tooSlow(59 * SECOND, 1)).isFalse();
        assertThat(pace.tooSlow(59 * SECOND, 1)).isTrue();
    }

    @Test
    void theRateItselfIsEnough() {
        for (int i = 0; i < 3 * 60; i++) {
            assertThat(pace.tooSlow(SECOND, 100)).isFalse();
        }
    }

    @Test
    void aByteASecondTooFewIsNoticedAtTheEndOfItsStretch() {
        for (int i = 0; i < 59; i++) {
            assertThat(pace.tooSlow(SECOND, 99)).isFalse();
        }
        assertThat(pace.tooSlow(SECOND, 99)).isTrue();
    }

    @Test
    void whatCameBeforeDoesNotCountForLater() {
        assertThat(pace.tooSlow(60 * SECOND, 1_000_000)).isFalse();
        assertThat(pace.tooSlow(60 * SECOND, 10)).isTrue();
    }

    @Test
    void aClientThatIsNeverWaitedForIsNeverTooSlow() {
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.tooSlow(0, 1)).isFalse();
        }
    }

    @Test
    void noLeastRateBindsNobody() {
        assertThat(new BodyPace(Duration.ofSeconds(1), 0).tooSlow(59 * SECOND, 1))
                .isFalse();
    }
}
