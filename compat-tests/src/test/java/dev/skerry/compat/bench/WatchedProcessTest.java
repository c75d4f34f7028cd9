package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WatchedProcessTest {
    /** A name may hold spaces and parentheses; user, system, children's user and children's system time are 7 to 40. */
    private static final String STAT =
            "12 (a) b (c) S 1 12 12 0 -1 4194304 500 600 0 0 7 10 20 40 20 0 33 0 100 1000 200 0\n";

    private static final String STATUS = "Name:\ta\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n";

    @Test
    void whatLinuxTellsIsRead() {
        assertThat(WatchedProcess.parse(STAT, STATUS, "wchar: 5\nwrite_bytes: 8192\n", true))
                .isEqualTo(new Usage(770_000, 1024, 2048, 8192L));
        assertThat(WatchedProcess.parse(STAT, STATUS, "", false)).isEqualTo(new Usage(170_000, 1024, 2048, null));
    }

    @Test
    void useIsADifferenceAndMemoryIsNot() {
        Usage before = new Usage(100, 5, 9, 1000L);
        Usage after = new Usage(350, 4, 9, 5000L);
        assertThat(after.since(before)).isEqualTo(new Usage(250, 4, 9, 4000L));
        assertThat(after.since(new Usage(100, 5, 9, null)).writeBytes()).isNull();
        assertThat(before.plus(after)).isEqualTo(new Usage(450, 9, 18, 6000L));
    }

    @Test
    void theOwnProcessHasMemory() {
        Usage usage = WatchedProcess.own().usage();
        assertThat(usage.cpuMicros()).isPositive();
        assertThat(usage.rssKib()).isPositive().isLessThanOrEqualTo(usage.peakRssKib());
    }

    @Test
    void aProcessThatIsGoneSaysSo() {
        assertThatThrownBy(() -> new WatchedProcess(Long.MAX_VALUE, true).usage())
                .isInstanceOf(BenchException.class)
                .hasMessageContaining(Long.toString(Long.MAX_VALUE));
    }
}
