package dev.skerry.compat.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param seconds of one run; every cell has as many runs as there are rounds, for each endpoint
 * @param warmup unmeasured, before the first run of a cell
 * @param bounds of what is written and listed
 */
record Plan(
        List<Operation> operations,
        List<Integer> sizes,
        List<Integer> clients,
        List<Payload> payloads,
        Duration seconds,
        Duration warmup,
        int rounds,
        Bounds bounds) {
    Plan {
        operations = List.copyOf(operations);
        sizes = List.copyOf(sizes);
        clients = List.copyOf(clients);
        payloads = List.copyOf(payloads);
        if (rounds < 1
                || seconds.isZero()
                || operations.isEmpty()
                || sizes.isEmpty()
                || clients.isEmpty()
                || payloads.isEmpty()) {
            throw new IllegalArgumentException("an empty plan (expected: an operation, a size, a number of clients, a"
                    + " kind of payload, a round and a second at least)");
        }
        for (int count : clients) {
            if (count < 1) {
                throw new IllegalArgumentException("clients: " + count + " (expected: 1 or more)");
            }
        }
    }

    /**
     * How much is written, listed and deleted.
     *
     * @param maxRunBytes the most a run writes: it ends early there
     * @param maxInFlightBytes cells whose clients together would send more than this at once are left out
     * @param partBytes of each part of a multipart upload but the last
     * @param listedKeys how many keys there are to list
     * @param deletedKeys of one DeleteObjects
     */
    record Bounds(long maxRunBytes, long maxInFlightBytes, int partBytes, int listedKeys, int deletedKeys) {
        /** What objects prepared for one run take together, at most, where there are more than a few. */
        static final long PREPARED_BYTES = 256L << 20;

        private static final int MIN_READ_OBJECTS = 4;
        private static final int MAX_READ_OBJECTS = 1000;

        Bounds {
            if (partBytes < 1) {
                throw new IllegalArgumentException("part: " + partBytes + " bytes (expected: 1 or more)");
            }
            if (listedKeys < 1) {
                throw new IllegalArgumentException("keys to list: " + listedKeys + " (expected: 1 or more)");
            }
            if (deletedKeys < 1 || deletedKeys > Dataset.PAGE_KEYS) {
                throw new IllegalArgumentException(
                        "keys to delete at once: " + deletedKeys + " (expected: 1 to " + Dataset.PAGE_KEYS + ")");
            }
        }

        /** How many keys a page lists. */
        int pageKeys() {
            return Math.min(Dataset.PAGE_KEYS, listedKeys);
        }

        /** How many objects of a size are prepared to be read at random: a few at least. */
        int readObjects(int sizeBytes) {
            return Math.clamp(
                    Math.min(PREPARED_BYTES, maxRunBytes) / Math.max(1, sizeBytes), MIN_READ_OBJECTS, MAX_READ_OBJECTS);
        }

        /** How many bodies of a size a run may write: one for each client at least. */
        long bodies(int sizeBytes, int clients) {
            return sizeBytes == 0 ? Long.MAX_VALUE : Math.max(clients, maxRunBytes / sizeBytes);
        }
    }

    /** One row of the results: an operation on objects of a size by a number of clients. */
    record Cell(Operation operation, int sizeBytes, int clients, Payload payload) {}

    private List<Integer> sizesOf(Operation operation) {
        if (!operation.sized()) {
            return List.of(0);
        }
        int smallest = Collections.min(sizes);
        return sizes.stream()
                .filter(size -> operation.worthwhile(size, smallest, bounds.partBytes()))
                .toList();
    }

    /** The cells in the order they are run. Where no object is sent, there is one kind of payload only. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Operation operation : operations) {
            for (Payload payload : operation.sendsObjects() ? payloads : List.of(Payload.SIGNED)) {
                for (int size : sizesOf(operation)) {
                    for (int count : clients) {
                        if ((long) size * count <= bounds.maxInFlightBytes()) {
                            cells.add(new Cell(operation, size, count, payload));
                        }
                    }
                }
            }
        }
        return cells;
    }
}
