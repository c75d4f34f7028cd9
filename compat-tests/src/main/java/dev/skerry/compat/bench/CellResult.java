package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Plan.Cell;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one cell gave.
 *
 * @param endpoints all of them, in their order
 * @param limits those that the cell means anything to; may be empty
 */
record CellResult(Cell cell, List<TargetResult> endpoints, List<TargetResult> limits) {
    CellResult {
        endpoints = List.copyOf(endpoints);
        limits = List.copyOf(limits);
    }

    /** The second endpoint's operations per second over the first's; null where there is no second. */
    @Nullable
    Double ratio() {
        if (endpoints.size() < 2 || endpoints.getFirst().operationsPerSecond() == 0) {
            return null;
        }
        return endpoints.get(1).operationsPerSecond() / endpoints.getFirst().operationsPerSecond();
    }

    /** The limit of the fewest operations per second. */
    Optional<TargetResult> lowestLimit() {
        return limits.stream().min(Comparator.comparingDouble(TargetResult::operationsPerSecond));
    }
}
