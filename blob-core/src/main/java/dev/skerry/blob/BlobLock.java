package dev.skerry.blob;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What keeps one version from being deleted or replaced, whoever asks: its retention, its legal hold, either or both.
 *
 * @param retention or null for none
 * @param legalHold or null where it was never set
 */
public record BlobLock(
        @Nullable Retention retention, @Nullable LegalHold legalHold) {
    /** No retention, and no legal hold ever set. */
    public static final BlobLock NONE = new BlobLock(null, null);

    /** Whether the version must stay at that time. */
    public boolean holds(Instant at) {
        return holds(at, false);
    }

    /**
     * Whether the version must stay at that time.
     *
     * @param bypassGovernance whether whoever asks sets retention of the mode {@code GOVERNANCE} aside
     */
    public boolean holds(Instant at, boolean bypassGovernance) {
        if (legalHold == LegalHold.ON) {
            return true;
        }
        return retention != null
                && retention.holds(at)
                && !(bypassGovernance && retention.mode() == RetentionMode.GOVERNANCE);
    }

    /** The same with other retention. */
    public BlobLock withRetention(@Nullable Retention newRetention) {
        return new BlobLock(newRetention, legalHold);
    }

    /** The same with another legal hold. */
    public BlobLock withLegalHold(LegalHold newLegalHold) {
        return new BlobLock(retention, newLegalHold);
    }
}
