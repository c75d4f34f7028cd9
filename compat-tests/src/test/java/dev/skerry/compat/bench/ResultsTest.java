package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    @Test
    void anAxisHoldsItsValues() {
        Plot.Scale scale = Plot.Scale.of(new double[] {0, 3, 250});
        assertThat(scale.low()).isEqualTo(1);
        assertThat(scale.high()).isEqualTo(1000);
        assertThat(scale.place(1, 300)).isEqualTo(300);
        assertThat(scale.place(10, 300)).isEqualTo(200);
        assertThat(scale.place(1000, 300)).isZero();
        assertThat(Plot.Scale.of(new double[0]).ticks()).contains(1.0, 10.0);
    }

    @Test
    void sizesAreReadAsTheyAreWritten() {
        assertThat(ByteSizes.parse("4KiB")).isEqualTo(4096);
        assertThat(ByteSizes.parse("64mib")).isEqualTo(64L << 20);
        assertThat(ByteSizes.parse("2GiB")).isEqualTo(2L << 30);
        assertThat(ByteSizes.parse("100")).isEqualTo(100);
        assertThat(ByteSizes.format(65536)).isEqualTo("64KiB");
        assertThat(ByteSizes.format(1500)).isEqualTo("1500B");
        for (String bad : List.of("", "KiB", "1.5MiB", "-1", "4KB x", "99999999999")) {
            assertThatThrownBy(() -> ByteSizes.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theMedianIsTheMiddleOne() {
        assertThat(Measurement.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Measurement.median(List.of(4.0, 1.0))).isEqualTo(2.5);
        assertThat(Measurement.median(List.of())).isZero();
    }
}
