package dev.skerry.blob;

/**
 * The number of a write or delete of one path: 1, 2, 3 … The native API calls it {@code version}.
 *
 * @param value from 1
 */
public record Generation(long value) implements Comparable<Generation> {
    /** The first generation of a path. */
    public static final Generation FIRST = new Generation(1);

    public Generation {
        if (value < 1) {
            throw new IllegalArgumentException("generation: " + value + " (expected: 1 or more)");
        }
    }

    /** The generation after this one. */
    public Generation next() {
        return new Generation(value + 1);
    }

    @Override
    public int compareTo(Generation other) {
        return Long.compare(value, other.value);
    }
}
