package dev.skerry.compat.history;

/** What came of judging the history of one key. */
public sealed interface Verdict {
    /** One register could have answered so. */
    record Linearizable() implements Verdict {}

    /**
     * No register could have.
     *
     * @param explanation how far the history can be explained, and what cannot come next
     */
    record Violation(String explanation) implements Verdict {}

    /**
     * The search grew beyond its bound.
     *
     * @param states how many states were looked at
     */
    record Undecided(int states) implements Verdict {}
}
