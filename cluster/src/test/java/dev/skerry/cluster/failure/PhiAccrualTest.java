package dev.skerry.cluster.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PhiAccrualTest {
    private static final DetectorSettings SETTINGS = DetectorSettings.DEFAULT;
    private long now = Long.MAX_VALUE - 5_000_000_000L;

    @Test
    void aHeartbeatThatIsDueSurprisesNobody() {
        PhiAccrual phi = regular(SETTINGS, 100, 1000);
        pass(1000);
        assertThat(phi.phi(now)).isCloseTo(0.301, within(0.01));
    }

    @Test
    void silenceIsMoreSurprisingTheLongerItLasts() {
        PhiAccrual phi = regular(SETTINGS, 100, 1000);
        double before = phi.phi(now);
        for (int i = 0; i < 300; i++) {
            pass(100);
            assertThat(phi.phi(now)).isGreaterThan(before).isFinite();
            before = phi.phi(now);
        }
        pass(TimeUnit.DAYS.toMillis(1000));
        assertThat(phi.phi(now)).isFinite().isGreaterThan(before);
    }

    @Test
    void aSteadyNodeIsSuspectedAfterThreeSecondsAndNotAfterTwo() {
        PhiAccrual phi = regular(SETTINGS, 100, 1000);
        pass(2000);
        assertThat(phi.phi(now)).isLessThan(SETTINGS.threshold());
        pass(1500);
        assertThat(phi.phi(now)).isGreaterThan(SETTINGS.threshold());
    }

    @Test
    void aNodeWhoseHeartbeatsStrayIsWaitedForLonger() {
        PhiAccrual phi = new PhiAccrual(SETTINGS, now);
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            pass(random.nextInt(4000));
            phi.heartbeat(now);
        }
        pass(3500);
        assertThat(phi.phi(now)).isLessThan(SETTINGS.threshold());
        pass(6500);
        assertThat(phi.phi(now)).isGreaterThan(SETTINGS.threshold());
    }

    @Test
    void anOutageIsNotTakenForAnInterval() {
        PhiAccrual phi = regular(SETTINGS, 20, 1000);
        pass(Duration.ofHours(1).toMillis());
        phi.heartbeat(now);
        pass(3500);
        assertThat(phi.phi(now)).isGreaterThan(SETTINGS.threshold());
    }

    @Test
    void onlyTheWindowIsRemembered() {
        DetectorSettings few =
                new DetectorSettings(Duration.ofSeconds(1), 8, 10, Duration.ofMillis(400), Duration.ofSeconds(10));
        PhiAccrual phi = regular(few, 1000, 5000);
        for (int i = 0; i < 10; i++) {
            pass(1000);
            phi.heartbeat(now);
        }
        pass(3500);
        assertThat(phi.phi(now)).isCloseTo(at(regular(few, 10, 1000), 3500), within(1e-9));
    }

    @Test
    void aClockThatGoesBackIsNoSilence() {
        PhiAccrual phi = regular(SETTINGS, 10, 1000);
        assertThat(phi.silentMillis(now - 1_000_000_000L)).isZero();
        phi.heartbeat(now - 1_000_000_000L);
        assertThat(phi.silentMillis(now)).isZero();
    }

    private double at(PhiAccrual phi, long millis) {
        pass(millis);
        return phi.phi(now);
    }

    private PhiAccrual regular(DetectorSettings settings, int beats, long millis) {
        PhiAccrual phi = new PhiAccrual(settings, now);
        for (int i = 0; i < beats; i++) {
            pass(millis);
            phi.heartbeat(now);
        }
        return phi;
    }

    /** Past the largest number the clock begins anew with the smallest, as System.nanoTime does. */
    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
