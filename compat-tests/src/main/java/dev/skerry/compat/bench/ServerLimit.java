package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Plan.Cell;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A limit that a server of the kit shows, in a process of its own.
 *
 * @param cells those that mean anything to it
 * @param work makes the requests of a run
 */
record ServerLimit(
        Generator generator,
        Endpoint endpoint,
        WatchedProcess process,
        Predicate<Cell> cells,
        Function<Cell, Supplier<@Nullable Work>> work)
        implements Target {
    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public boolean takes(Cell cell) {
        return cells.test(cell);
    }

    @Override
    public Run prepare(Cell cell) {
        Supplier<@Nullable Work> prepared = work.apply(cell);
        return duration -> generator.run(endpoint, cell.clients(), duration, prepared);
    }

    /** Nothing: what is served goes with its folder. */
    @Override
    public void finish(Cell cell) {}
}
