package dev.skerry.compat.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param seconds of one run; every cell has as many runs as there are rounds, for each endpoint
 * @param warmup unmeasured, before the first run of a cell
 * @param maxRunBytes the most a run writes: it ends early there
 * @param maxInFlightBytes cells whose clients together would send more than this at once are left out
 */
record Plan(
        List<Operation> operations,
        List<Integer> sizes,
        List<Integer> clients,
        Duration seconds,
        Duration warmup,
        int rounds,
        long maxRunBytes,
        long maxInFlightBytes) {
    Plan {
        operations = List.copyOf(operations);
        sizes = List.copyOf(sizes);
        clients = List.copyOf(clients);
        if (rounds < 1 || seconds.isZero() || operations.isEmpty() || sizes.isEmpty() || clients.isEmpty()) {
            throw new IllegalArgumentException("an empty plan (expected: an operation, a size, a number of clients, a"
                    + " round and a second at least)");
        }
    }

    /** One row of the results: an operation on objects of a size by a number of clients. */
    record Cell(Operation operation, int sizeBytes, int clients) {}

    /** The cells in the order they are run. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Operation operation : operations) {
            for (int size : operation.sized() ? sizes : List.of(0)) {
                for (int count : clients) {
                    if ((long) size * count <= maxInFlightBytes) {
                        cells.add(new Cell(operation, size, count));
                    }
                }
            }
        }
        return cells;
    }
}
