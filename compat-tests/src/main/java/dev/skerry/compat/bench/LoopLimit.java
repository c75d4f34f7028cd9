package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Plan.Cell;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A limit that threads of this process show, as many as the cell has clients, each doing a step after the other.
 *
 * @param cells those that mean anything to it
 * @param steps makes what each thread repeats
 * @param bounds of what is written, where steps write; else null
 */
record LoopLimit(String name, Predicate<Cell> cells, Steps steps, Plan.@Nullable Bounds bounds) implements Target {
    /** What one thread repeats. */
    interface Step extends AutoCloseable {
        void once() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Makes steps. */
    @FunctionalInterface
    interface Steps {
        Step begin(Cell cell) throws IOException;
    }

    @Override
    public boolean takes(Cell cell) {
        return cells.test(cell);
    }

    @Override
    public Run prepare(Cell cell) {
        return duration -> run(cell, duration);
    }

    /** Nothing: steps remove what they wrote. */
    @Override
    public void finish(Cell cell) {}

    @Override
    public @Nullable WatchedProcess process() {
        return null;
    }

    private Sample run(Cell cell, Duration duration) {
        AtomicLong left =
                new AtomicLong(bounds == null ? Long.MAX_VALUE : bounds.bodies(cell.sizeBytes(), cell.clients()));
        List<Step> begun = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(cell.clients())) {
            for (int i = 0; i < cell.clients(); i++) {
                begun.add(steps.begin(cell));
            }
            List<Future<Sample>> parts = new ArrayList<>();
            for (Step step : begun) {
                parts.add(threads.submit(() -> repeat(step, cell.sizeBytes(), duration, left)));
            }
            List<Sample> samples = new ArrayList<>();
            for (Future<Sample> part : parts) {
                samples.add(part.get());
            }
            return Sample.together(samples);
        } catch (IOException | ExecutionException failure) {
            throw new BenchException(name + ": " + failure.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchException(name + ": interrupted");
        } finally {
            begun.forEach(this::close);
        }
    }

    private static Sample repeat(Step step, int sizeBytes, Duration duration, AtomicLong left) throws IOException {
        Histogram latencies = Sample.newHistogram();
        long began = System.nanoTime();
        long last = began;
        while (last - began < duration.toNanos() && left.getAndDecrement() > 0) {
            step.once();
            long now = System.nanoTime();
            latencies.recordValue(Math.min(now - last, latencies.getHighestTrackableValue()));
            last = now;
        }
        return new Sample(latencies, latencies.getTotalCount() * sizeBytes, 0, "", last - began);
    }

    private void close(Step step) {
        try {
            step.close();
        } catch (IOException failure) {
            throw new BenchException(name + ": " + failure.getMessage());
        }
    }
}
