package dev.skerry.compat.faults;

import dev.skerry.compat.history.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request.
 *
 * @param outcome whether it happened
 * @param seen the name of what a read found
 */
record Answer(Outcome outcome, @Nullable String seen) {
    static final Answer DONE = new Answer(Outcome.DONE, null);
    static final Answer UNKNOWN = new Answer(Outcome.UNKNOWN, null);
}
