package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Request;
import dev.skerry.compat.bench.Plan.Cell;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Runs a plan. Where there are two endpoints each round runs both, and who is first takes turns, so that whatever else
 * the machine does falls on both.
 */
final class Measurement {
    /** More failures than these, and more than this part of all operations, and what was measured means nothing. */
    private static final long MAX_ERRORS = 5;

    private static final double MAX_ERROR_FRACTION = 0.01;

    private final Plan plan;
    private final Generator generator;
    private final List<Dataset> datasets;
    private final Consumer<CellResult> listener;

    /** Tells {@code listener} of each cell when it is done. */
    Measurement(Plan plan, Generator generator, List<Dataset> datasets, Consumer<CellResult> listener) {
        this.plan = plan;
        this.generator = generator;
        this.datasets = List.copyOf(datasets);
        this.listener = listener;
    }

    /**
     * What an endpoint did in one cell.
     *
     * @param rounds operations per second of each run
     * @param latencies of all runs together
     */
    record EndpointResult(
            String name, List<Double> rounds, double megabytesPerSecond, Histogram latencies, long errors) {
        EndpointResult {
            rounds = List.copyOf(rounds);
        }

        double operationsPerSecond() {
            return median(rounds);
        }

        double percentileMillis(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e6;
        }
    }

    /** What all endpoints did in one cell, in their order. */
    record CellResult(Cell cell, List<EndpointResult> endpoints) {
        CellResult {
            endpoints = List.copyOf(endpoints);
        }

        /** The second endpoint's operations per second over the first's; null where there is no second. */
        @Nullable
        Double ratio() {
            if (endpoints.size() < 2 || endpoints.getFirst().operationsPerSecond() == 0) {
                return null;
            }
            return endpoints.get(1).operationsPerSecond() / endpoints.getFirst().operationsPerSecond();
        }
    }

    List<CellResult> run() {
        List<CellResult> results = new ArrayList<>();
        for (Cell cell : plan.cells()) {
            CellResult result = run(cell);
            listener.accept(result);
            results.add(result);
        }
        return results;
    }

    private CellResult run(Cell cell) {
        Map<Dataset, List<Sample>> samples = new HashMap<>();
        for (Dataset dataset : datasets) {
            samples.put(dataset, new ArrayList<>());
            if (!plan.warmup().isZero()) {
                Supplier<@Nullable Request> requests = dataset.requests(cell);
                check(cell, dataset, generator.run(dataset.endpoint(), cell.clients(), plan.warmup(), requests));
            }
        }
        for (int round = 0; round < plan.rounds(); round++) {
            List<Dataset> order = new ArrayList<>(datasets);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            for (Dataset dataset : order) {
                Supplier<@Nullable Request> requests = dataset.requests(cell);
                Sample sample = generator.run(dataset.endpoint(), cell.clients(), plan.seconds(), requests);
                check(cell, dataset, sample);
                samples.getOrDefault(dataset, List.of()).add(sample);
            }
        }
        return new CellResult(
                cell,
                datasets.stream()
                        .map(dataset -> result(dataset, samples.getOrDefault(dataset, List.of())))
                        .toList());
    }

    private static void check(Cell cell, Dataset dataset, Sample sample) {
        double fraction = (double) sample.errors() / Math.max(1, sample.operations() + sample.errors());
        if (sample.operations() == 0 || (sample.errors() > MAX_ERRORS && fraction > MAX_ERROR_FRACTION)) {
            throw new BenchException(dataset.endpoint() + ": " + cell + ": " + sample.errors() + " of "
                    + (sample.operations() + sample.errors()) + " operations failed: " + sample.firstError());
        }
    }

    private static EndpointResult result(Dataset dataset, List<Sample> samples) {
        Histogram latencies = Sample.newHistogram();
        long errors = 0;
        List<Double> rounds = new ArrayList<>();
        List<Double> megabytes = new ArrayList<>();
        for (Sample sample : samples) {
            latencies.add(sample.latencies());
            errors += sample.errors();
            rounds.add(sample.operationsPerSecond());
            megabytes.add(sample.megabytesPerSecond());
        }
        return new EndpointResult(dataset.endpoint().name(), rounds, median(megabytes), latencies, errors);
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
