package dev.skerry.blob.migrate;

import java.util.List;

/**
 * How a migration ended.
 *
 * @param plan what there was to do
 * @param outcome why it ended
 * @param migrated generations brought in by this run
 * @param present generations that an earlier run had brought in
 * @param verified generations found in the new store, with the size and digest they should have, when all was done
 * @param bytes plain size of what this run brought in
 * @param problems what was not migrated, the first of them
 * @param problemCount how many in all
 */
public record MigrationReport(
        MigrationPlan plan,
        Outcome outcome,
        long migrated,
        long present,
        long verified,
        long bytes,
        List<MigrationProblem> problems,
        long problemCount) {
    /** Why a migration ended. */
    public enum Outcome {
        /** It was to look only. */
        DRY_RUN,
        /** A name or a bucket's state stands in the way; nothing was written. */
        BLOCKED,
        /** It was told to stop; another run goes on from here. */
        STOPPED,
        /** It went through everything. */
        FINISHED
    }

    public MigrationReport {
        problems = List.copyOf(problems);
    }

    /** Whether everything that was there is now here, or, of a dry run, could be. */
    public boolean complete() {
        return problemCount == 0 && (outcome == Outcome.FINISHED || outcome == Outcome.DRY_RUN);
    }
}
