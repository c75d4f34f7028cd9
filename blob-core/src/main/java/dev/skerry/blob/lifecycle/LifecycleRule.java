package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StorageClass;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a bucket.
 *
 * @param id unique in its bucket
 * @param enabled whether it is applied
 * @param filter which blobs it is about
 * @param expiration when a current version expires, or null for never
 * @param removesLoneMarkers whether a delete marker goes as soon as nothing lies beneath it
 * @param transitions of current versions to other storage classes
 * @param noncurrentExpiration when a version goes that is current no longer, or null for never
 * @param noncurrentTransitions of such versions
 * @param abortAfterDays after which an upload that was not completed is aborted, or null for never
 */
public record LifecycleRule(
        String id,
        boolean enabled,
        LifecycleFilter filter,
        @Nullable When expiration,
        boolean removesLoneMarkers,
        List<Transition> transitions,
        @Nullable NoncurrentAge noncurrentExpiration,
        List<NoncurrentTransition> noncurrentTransitions,
        @Nullable Integer abortAfterDays) {
    public LifecycleRule {
        transitions = List.copyOf(transitions);
        noncurrentTransitions = List.copyOf(noncurrentTransitions);
    }

    /** A move of current versions. */
    public record Transition(When when, StorageClass target) {}

    /**
     * What a version must be to be dealt with that is current no longer.
     *
     * @param days since it became so
     * @param newerVersions how many such versions, newer than it, are kept whatever their age
     */
    public record NoncurrentAge(int days, int newerVersions) {
        public NoncurrentAge {
            if (days < 0 || newerVersions < 0) {
                throw new IllegalArgumentException("noncurrent: " + days + " days, " + newerVersions
                        + " newer versions (expected: 0 or more of both)");
            }
        }
    }

    /** A move of versions that are current no longer. */
    public record NoncurrentTransition(NoncurrentAge age, StorageClass target) {}

    /** Whether it is about versions, not only about uploads. */
    boolean judgesVersions() {
        return expiration != null
                || removesLoneMarkers
                || noncurrentExpiration != null
                || !transitions.isEmpty()
                || !noncurrentTransitions.isEmpty();
    }
}
