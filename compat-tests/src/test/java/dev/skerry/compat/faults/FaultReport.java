package dev.skerry.compat.faults;

import java.util.List;

/**
 * What came of a run.
 *
 * @param faults how many there were
 * @param tally what the clients were told
 * @param keys how many keys were judged
 * @param undecided how many of them the judging gave up on
 * @param violations what no right store could have answered
 */
record FaultReport(int faults, Tally tally, int keys, int undecided, List<String> violations) {
    FaultReport {
        violations = List.copyOf(violations);
    }

    @Override
    public String toString() {
        return faults + " faults; " + tally + "; " + keys + " keys judged, " + undecided + " undecided, "
                + violations.size() + " violations";
    }
}
