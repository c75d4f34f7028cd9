package dev.skerry.cluster.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplicaLagTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ReplicaLag lag = new ReplicaLag(nanos::get);

    private void after(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    @Test
    void whoFollowsAtEachLookIsNotBehind() {
        for (int index = 0; index < 10; index++) {
            lag.look(index, index);
            after(1000);
            assertThat(lag.millis(index)).isZero();
        }
    }

    @Test
    void whoStandsStillIsBehindSinceItsFirstMissedEntry() {
        lag.look(5, 5);
        after(1000);
        lag.look(5, 8);
        after(1000);
        lag.look(5, 9);
        assertThat(lag.millis(5)).isEqualTo(1000);
        after(1000);
        assertThat(lag.millis(7)).isEqualTo(2000);
        lag.look(8, 20);
        assertThat(lag.millis(8)).as("of what came while it was behind").isZero();
        after(500);
        assertThat(lag.millis(8)).isEqualTo(500);
        assertThat(lag.millis(20)).isZero();
    }
}
