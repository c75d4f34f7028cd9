package dev.skerry.blob.lifecycle;

import dev.skerry.blob.StorageClass;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a rule wants of a version or an upload.
 *
 * @param action what is to be done
 * @param ruleId which rule wants it
 * @param dueAt from when on
 * @param target the class to move to; null for all other actions
 */
public record Verdict(
        Action action,
        String ruleId,
        Instant dueAt,
        @Nullable StorageClass target) {
    /** What rules do. */
    public enum Action {
        /** The current version expires: with versioning it gets a delete marker, else it is deleted. */
        EXPIRE,
        /** A version that is current no longer is deleted. */
        REMOVE_VERSION,
        /** A delete marker goes that nothing lies beneath. */
        REMOVE_MARKER,
        /** The version's storage class changes. */
        TRANSITION,
        /** An upload ends without a blob. */
        ABORT_UPLOAD
    }
}
