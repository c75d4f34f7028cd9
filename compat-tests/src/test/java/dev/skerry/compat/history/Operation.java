package dev.skerry.compat.history;

import org.jspecify.annotations.Nullable;

/**
 * One request about one key. Every write has a value of its own, so that a value names the write it came from.
 *
 * @param client who asked
 * @param through the node that was asked
 * @param key of which key
 * @param action what was asked
 * @param value what it writes; absent where it writes nothing
 * @param expected what its condition asks for; absent where it has none
 * @param outcome what was answered
 * @param seen what a read found; absent where it found nothing
 * @param calledNanos when it was sent, on the harness's one clock
 * @param returnedNanos when its answer had come, or the wait for it ended
 */
public record Operation(
        int client,
        String through,
        String key,
        Action action,
        @Nullable String value,
        @Nullable String expected,
        Outcome outcome,
        @Nullable String seen,
        long calledNanos,
        long returnedNanos) {
    public Operation {
        boolean writes = action == Action.WRITE || action == Action.CREATE || action == Action.SWAP;
        if (writes != (value != null)) {
            throw new IllegalArgumentException("value: " + value + " (expected: one for each " + action + ")");
        }
        boolean compares = action == Action.SWAP || action == Action.DELETE_MATCHING;
        if (compares != (expected != null)) {
            throw new IllegalArgumentException("expected: " + expected + " (expected: one for each " + action + ")");
        }
        if (returnedNanos < calledNanos) {
            throw new IllegalArgumentException("returned " + returnedNanos + " (expected: from " + calledNanos + ")");
        }
    }

    /** Whether it says something of the key, or may have changed it. */
    boolean counts() {
        return outcome != Outcome.REFUSED && !(action == Action.READ && outcome == Outcome.UNKNOWN);
    }

    /** As a line of a report, with times in milliseconds. */
    String describe() {
        StringBuilder text = new StringBuilder(String.format(
                "[%,.3f … %s ms] client %d through %s: %s",
                calledNanos / 1e6,
                outcome == Outcome.UNKNOWN ? "?" : String.format("%,.3f", returnedNanos / 1e6),
                client,
                through,
                action));
        if (value != null) {
            text.append(' ').append(value);
        }
        if (expected != null) {
            text.append(" if ").append(expected);
        }
        text.append(" -> ").append(outcome);
        if (action == Action.READ && outcome == Outcome.DONE) {
            text.append(' ').append(seen == null ? "nothing" : seen);
        }
        return text.toString();
    }
}
