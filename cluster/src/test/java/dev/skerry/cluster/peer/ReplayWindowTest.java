package dev.skerry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    @Test
    void aNumberIsNewOnce() {
        ReplayWindow window = new ReplayWindow();
        assertThat(window.first(0)).isTrue();
        assertThat(window.first(0)).isFalse();
        assertThat(window.first(5)).isTrue();
        assertThat(window.first(3)).isTrue();
        assertThat(window.first(3)).isFalse();
        assertThat(window.first(-1)).isFalse();
    }

    @Test
    void whatIsOlderThanTheWindowCountsAsSeen() {
        ReplayWindow window = new ReplayWindow();
        assertThat(window.first(ReplayWindow.WIDTH)).isTrue();
        assertThat(window.first(1)).isTrue();
        assertThat(window.first(0)).isFalse();
        assertThat(window.first(Long.MAX_VALUE)).isTrue();
        assertThat(window.first(Long.MAX_VALUE - ReplayWindow.WIDTH)).isFalse();
        assertThat(window.first(Long.MAX_VALUE - ReplayWindow.WIDTH + 1)).isTrue();
        assertThat(window.first(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void itAgreesWithASetWhateverTheOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        ReplayWindow window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long highest = 0;
        for (int step = 0; step < 200_000; step++) {
            long number = Math.max(0, highest + random.nextInt(3) - random.nextInt(ReplayWindow.WIDTH - 1));
            highest = Math.max(highest, number);
            assertThat(window.first(number)).as("seed %d, step %d", seed, step).isEqualTo(seen.add(number));
            highest += random.nextInt(100) == 0 ? 1 + random.nextInt(100) : 0;
        }
    }
}
