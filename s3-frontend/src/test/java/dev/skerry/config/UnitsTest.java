package dev.skerry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnitsTest {
    @Test
    void sizesAreReadWithTheirUnits() {
        assertThat(ByteSize.parse("64MiB")).contains(ByteSize.ofMiB(64));
        assertThat(ByteSize.parse("8 kib")).contains(ByteSize.ofKiB(8));
        assertThat(ByteSize.parse("1000")).contains(new ByteSize(1000));
        assertThat(ByteSize.parse("5MB")).contains(new ByteSize(5_000_000));
    }

    @Test
    void whatIsNoSizeIsRefused() {
        assertThat(Set.of("", "MiB", "-1", "1.5MiB", "1QiB", "999999999999999999TiB"))
                .allSatisfy(text -> assertThat(ByteSize.parse(text)).isEmpty());
    }

    @Test
    void sizesAreShownAsTheyAreRead() {
        assertThat(ByteSize.ofMiB(64)).hasToString("64MiB");
        assertThat(new ByteSize(1500)).hasToString("1500B");
        assertThat(ByteSize.parse(new ByteSize(1500).toString())).contains(new ByteSize(1500));
    }

    @Test
    void durationsAreReadAndShown() {
        assertThat(DurationText.parse("24h")).contains(Duration.ofDays(1));
        assertThat(DurationText.parse("500ms")).contains(Duration.ofMillis(500));
        assertThat(DurationText.parse("0")).contains(Duration.ZERO);
        assertThat(DurationText.parse("5")).isEmpty();
        assertThat(DurationText.show(Duration.ofHours(36))).isEqualTo("36h");
        assertThat(DurationText.show(Duration.ofMillis(1500))).isEqualTo("1500ms");
    }

    @Test
    void addressesAreRead() {
        assertThat(HostPort.parse(":9000")).contains(new HostPort("0.0.0.0", 9000));
        assertThat(HostPort.parse("[::1]:9000")).contains(new HostPort("::1", 9000));
        assertThat(HostPort.parse("9000")).contains(new HostPort("0.0.0.0", 9000));
        assertThat(Set.of("", "a:b", "a:70000", "::1:9000", "a b:1"))
                .allSatisfy(text -> assertThat(HostPort.parse(text)).isEmpty());
    }

    @Test
    void theNearestWordIsTheOneWithFewestEdits() {
        assertThat(Nearest.to("durabilty.mode", Set.of("durability.mode", "durability.bytes")))
                .contains("durability.mode");
        assertThat(Nearest.to("xyz", Set.of("durability.mode"))).isEqualTo(Optional.empty());
    }
}
