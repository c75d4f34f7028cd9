package dev.skerry.compat.bench;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a target did in one cell.
 *
 * @param rounds operations per second of each run
 * @param latencies of all runs together
 * @param clientMicros of CPU that the kit used for an operation
 * @param server what the target's process used; null where that is not known
 */
record TargetResult(
        String name,
        List<Double> rounds,
        double megabytesPerSecond,
        Histogram latencies,
        long errors,
        double clientMicros,
        @Nullable Server server) {
    TargetResult {
        rounds = List.copyOf(rounds);
    }

    /**
     * What the target's process used, children included: medians of the runs.
     *
     * @param cpuMicros for an operation
     * @param rssKib after the runs
     * @param peakRssKib the most since it began
     * @param writeBytes handed to the disk for an operation; null where it is not told
     */
    record Server(
            double cpuMicros,
            double rssKib,
            long peakRssKib,
            @Nullable Double writeBytes) {}

    static TargetResult of(String name, List<Round> rounds) {
        Histogram latencies = Sample.newHistogram();
        rounds.forEach(round -> latencies.add(round.sample().latencies()));
        return new TargetResult(
                name,
                rounds.stream()
                        .map(round -> round.sample().operationsPerSecond())
                        .toList(),
                median(rounds.stream()
                        .map(round -> round.sample().megabytesPerSecond())
                        .toList()),
                latencies,
                rounds.stream().mapToLong(round -> round.sample().errors()).sum(),
                median(rounds.stream().map(Round::clientMicrosPerOperation).toList()),
                server(rounds));
    }

    private static @Nullable Server server(List<Round> rounds) {
        List<Double> cpu = new ArrayList<>();
        List<Double> rss = new ArrayList<>();
        List<Double> written = new ArrayList<>();
        long peak = 0;
        for (Round round : rounds) {
            Usage used = round.server();
            if (used == null) {
                return null;
            }
            cpu.add(round.perOperation(used.cpuMicros()));
            rss.add((double) used.rssKib());
            peak = Math.max(peak, used.peakRssKib());
            Long bytes = used.writeBytes();
            if (bytes != null) {
                written.add(round.perOperation(bytes));
            }
        }
        return new Server(median(cpu), median(rss), peak, written.size() < rounds.size() ? null : median(written));
    }

    double operationsPerSecond() {
        return median(rounds);
    }

    double percentileMillis(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return 0;
        }
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
