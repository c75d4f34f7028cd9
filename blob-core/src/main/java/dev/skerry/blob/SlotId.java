package dev.skerry.blob;

/**
 * A unit of storage: one SQLite file and one folder of parts.
 *
 * @param value from 0
 */
public record SlotId(int value) implements Comparable<SlotId> {
    public SlotId {
        if (value < 0) {
            throw new IllegalArgumentException("slot: " + value + " (expected: 0 or more)");
        }
    }

    @Override
    public int compareTo(SlotId other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
