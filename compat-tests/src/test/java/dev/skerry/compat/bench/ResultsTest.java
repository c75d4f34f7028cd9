package dev.skerry.compat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;
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
        assertThat(TargetResult.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(TargetResult.median(List.of(4.0, 1.0))).isEqualTo(2.5);
        assertThat(TargetResult.median(List.of())).isZero();
    }

    @Test
    void bodiesAreCutIntoParts() {
        Body body = Body.of(new byte[11]);
        assertThat(body.parts(5)).extracting(Body::sizeBytes).containsExactly(5, 5, 1);
        assertThat(body.parts(11)).extracting(Body::sizeBytes).containsExactly(11);
        assertThat(Body.EMPTY.parts(5)).extracting(Body::sizeBytes).containsExactly(0);
        assertThat(body.parts(5).getLast().sha256()).isEqualTo(RequestSigner.hash(new byte[1]));
    }

    @Test
    void aPlanHasEachKindOfPayloadOnlyWhereObjectsAreSent() {
        Plan plan = new Plan(
                List.of(Operation.PUT, Operation.GET, Operation.LIST),
                List.of(100, 200),
                List.of(1, 8),
                List.of(Payload.SIGNED, Payload.UNSIGNED),
                Duration.ofSeconds(1),
                Duration.ZERO,
                5,
                new Plan.Bounds(1000, 1000, 10, 1000, 1000));
        assertThat(plan.cells())
                .hasSize(2 * 3 + 3 + 2)
                .doesNotContain(new Plan.Cell(Operation.PUT, 200, 8, Payload.SIGNED))
                .contains(new Plan.Cell(Operation.PUT, 200, 1, Payload.UNSIGNED))
                .contains(new Plan.Cell(Operation.GET, 100, 8, Payload.SIGNED));
        assertThat(plan.bounds().readObjects(100)).isEqualTo(10);
        assertThat(plan.bounds().readObjects(500)).isEqualTo(4);
        assertThat(plan.bounds().bodies(200, 1)).isEqualTo(5);
        assertThat(plan.bounds().bodies(200, 8)).isEqualTo(8);
    }

    @Test
    void aResultIsTheMedianOfItsRounds() {
        TargetResult result = TargetResult.of(
                "one",
                List.of(
                        new Round(sample(10), used(1000, 5), used(500, 5)),
                        new Round(sample(20), used(1000, 6), used(4000, 9)),
                        new Round(sample(40), used(1000, 7), used(4000, 7))));
        assertThat(result.operationsPerSecond()).isEqualTo(20);
        assertThat(result.latencies().getTotalCount()).isEqualTo(70);
        assertThat(result.clientMicros()).isEqualTo(50);
        TargetResult.Server server = Objects.requireNonNull(result.server());
        assertThat(server.cpuMicros()).isEqualTo(100);
        assertThat(server.rssKib()).isEqualTo(7);
        assertThat(server.peakRssKib()).isEqualTo(18);
        assertThat(server.writeBytes()).isNull();
    }

    @Test
    void theLowestLimitIsTheOneOfTheFewestOperations() {
        Plan.Cell cell = new Plan.Cell(Operation.PUT, 100, 1, Payload.SIGNED);
        TargetResult fast = TargetResult.of("fast", List.of(new Round(sample(9), Usage.NONE, null)));
        TargetResult slow = TargetResult.of("slow", List.of(new Round(sample(3), Usage.NONE, null)));
        assertThat(new CellResult(cell, List.of(), List.of(fast, slow)).lowestLimit())
                .contains(slow);
        assertThat(new CellResult(cell, List.of(fast), List.of()).lowestLimit()).isEmpty();
    }

    /** That many operations in a second. */
    private static Sample sample(int operations) {
        Histogram latencies = Sample.newHistogram();
        latencies.recordValueWithCount(1000, operations);
        return new Sample(latencies, 0, 0, "", 1_000_000_000);
    }

    private static Usage used(long cpuMicros, long rssKib) {
        return new Usage(cpuMicros, rssKib, 2 * rssKib, null);
    }
}
