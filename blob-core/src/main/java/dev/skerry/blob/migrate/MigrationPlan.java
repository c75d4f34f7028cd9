package dev.skerry.blob.migrate;

import java.util.List;
import java.util.SortedSet;

/**
 * What a look through the older data found.
 *
 * @param stores what was looked through
 * @param buckets where it goes
 * @param generations how many there are to migrate, tombstones included
 * @param tombstones how many of them say deleted
 * @param hidden how many of them are deleted or replaced
 * @param bytes their plain size
 * @param problems what cannot be migrated, the first of them
 * @param problemCount how many in all
 */
public record MigrationPlan(
        List<String> stores,
        SortedSet<String> buckets,
        long generations,
        long tombstones,
        long hidden,
        long bytes,
        List<MigrationProblem> problems,
        long problemCount) {
    public MigrationPlan {
        stores = List.copyOf(stores);
        problems = List.copyOf(problems);
    }

    /** Whether a name or a bucket's state stands in the way, so that nothing may be written before it is settled. */
    public boolean blocked() {
        return problems.stream().anyMatch(problem -> problem.kind().blocks());
    }
}
