package dev.skerry.blob.migrate;

/** Told how a migration goes, by the thread that runs it. */
public interface MigrationProgress {
    /** Nobody listens. */
    MigrationProgress SILENT = new MigrationProgress() {};

    /** The data was looked through, and this is what there is to do. */
    default void planned(MigrationPlan plan) {}

    /**
     * So much is done, counted in generations and bytes of the plan.
     *
     * @return whether to go on; what is done stays, and the next run goes on from there
     */
    default boolean advanced(long generations, long bytes) {
        return true;
    }

    /** Something cannot be migrated, and the rest goes on. */
    default void refused(MigrationProblem problem) {}
}
