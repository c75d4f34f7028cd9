package dev.skerry.compat.faults;

import dev.skerry.compat.history.Outcome;

/**
 * How many operations came to what.
 *
 * @param done that happened, or whose condition did not hold
 * @param refused that were refused
 * @param open that nobody answered, or not for certain
 */
record Tally(long done, long refused, long open) {
    static final Tally NONE = new Tally(0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(done + other.done, refused + other.refused, open + other.open);
    }

    Tally plus(Outcome outcome) {
        return switch (outcome) {
            case DONE, MISMATCH, MISSING -> new Tally(done + 1, refused, open);
            case REFUSED -> new Tally(done, refused + 1, open);
            case UNKNOWN -> new Tally(done, refused, open + 1);
        };
    }

    @Override
    public String toString() {
        return String.format("%,d operations answered, %,d refused, %,d left open", done, refused, open);
    }
}
