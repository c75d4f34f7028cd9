package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StorageClass;
import java.util.Set;

/**
 * Which blobs are too small to be moved, where the filter of a rule does not ask for a size.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html">
 *     Transitioning objects using Amazon S3 Lifecycle</a>
 */
public enum TransitionMinimum {
    /** Those below 128 KiB, whatever the class. */
    EVERY_CLASS,
    /** The same, but any size may go to the archives that are restored from. */
    BY_CLASS,
    /** None. */
    NONE;

    private static final long LEAST_BYTES = 128 * 1024;
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

    boolean admits(long sizeBytes, StorageClass target) {
        return switch (this) {
            case EVERY_CLASS -> sizeBytes >= LEAST_BYTES;
            case BY_CLASS -> sizeBytes >= LEAST_BYTES || ARCHIVES.contains(target.s3Name());
            case NONE -> true;
        };
    }
}
