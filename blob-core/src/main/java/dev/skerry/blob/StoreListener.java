package dev.skerry.blob;

import java.time.Duration;

/**
 * Told what the store does, for metrics. Calls come from the threads that do the work, so they must neither block nor
 * throw. Every method does nothing unless overridden.
 */
public interface StoreListener {
    /** Takes nothing in. */
    StoreListener NONE = new StoreListener() {};

    /** What a write made. */
    enum WriteKind {
        BLOB,
        UPLOAD_PART,
        COMPLETED_UPLOAD
    }

    /** A kind of work done in the background. */
    enum UpkeepKind {
        /** A generation left the database. */
        GENERATION_PURGED,
        /** A folder of a purged or replaced blob was deleted. */
        FOLDER_DELETED,
        /** A folder that no commit ever referred to was deleted. */
        LEFTOVER_SWEPT,
        /** An event left the change feed. */
        EVENT_TRIMMED,
        /** A part file was read through and compared with its digest. */
        PART_SCRUBBED,
        /** A lifecycle rule let a current version expire. */
        VERSION_EXPIRED,
        /** A lifecycle rule removed a version that was current no longer. */
        NONCURRENT_REMOVED,
        /** A lifecycle rule removed a delete marker that nothing lay beneath. */
        MARKER_REMOVED,
        /** A lifecycle rule moved a version to another storage class. */
        VERSION_MOVED,
        /** A lifecycle rule aborted an upload. */
        UPLOAD_ABORTED
    }

    /** A write was committed; {@code tookNanos} counts from its first byte to its commit. */
    default void wrote(WriteKind kind, long bytes, long tookNanos) {}

    /** A write ended without a commit; {@code failure} is the simple name of the failure. */
    default void writeFailed(WriteKind kind, String failure) {}

    /** A transaction that held {@code commands} commands was committed, {@code tookNanos} after it began. */
    default void committed(int commands, long tookNanos) {}

    /** A blob was opened for reading. */
    default void opened() {}

    /** Verified bytes were given out. */
    default void read(long bytes) {}

    /** A deletion was committed. */
    default void deleted() {}

    /** Stored bytes or rows were not what was written. */
    default void damaged(String detail) {}

    /** Writes are refused because the disk is full up to its reserve, or no longer so. */
    default void diskPressure(boolean pressed) {}

    /** Background work was done {@code count} times over, on {@code bytes} where that is known. */
    default void upkeep(UpkeepKind kind, long count, long bytes) {}

    /** A pass of background work over all slots ended. */
    default void upkeepPass(String name, Duration took, boolean failed) {}
}
