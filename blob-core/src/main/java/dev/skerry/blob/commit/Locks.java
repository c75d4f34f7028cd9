package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of object lock. What they keep is decided by the time the command was made at and by nothing else, so that
 * every replica decides the same. A command asks here before it changes anything; {@link PathRows#hide}, through which
 * every generation passes that goes, and {@link Purging} hold that none of them forgot.
 */
final class Locks {
    private Locks() {}

    /** The refusal to delete or replace a version, where it is locked. */
    static Optional<StoreFailure> kept(BlobMeta meta, Instant at, boolean bypassGovernance) {
        return meta.locked(at, bypassGovernance)
                ? Optional.of(new StoreFailure.Locked(meta.path(), meta.generation()))
                : Optional.empty();
    }

    /** The refusal of a write whose retention is over before it begins. */
    static Optional<StoreFailure> over(BlobAttributes attributes, Instant at) {
        BlobLock lock = attributes.lock();
        return lock == null ? Optional.empty() : over(lock.retention(), at);
    }

    /** The refusal of retention that is over before it begins. */
    static Optional<StoreFailure> over(@Nullable Retention retention, Instant at) {
        return retention == null || retention.holds(at)
                ? Optional.empty()
                : Optional.of(new StoreFailure.RetentionOver(retention.until()));
    }

    /** The refusal of a change that would keep the version for less long, or in another mode, than it must be kept. */
    static Optional<StoreFailure> weakened(
            BlobMeta meta, @Nullable Retention asked, Instant at, boolean bypassGovernance) {
        BlobLock lock = meta.attributes().lock();
        Retention standing = lock == null ? null : lock.retention();
        if (standing == null || !standing.holds(at)) {
            return Optional.empty();
        }
        boolean bypassed = bypassGovernance && standing.mode() == RetentionMode.GOVERNANCE;
        boolean longer = asked != null
                && asked.mode() == standing.mode()
                && !asked.until().isBefore(standing.until());
        return bypassed || longer
                ? Optional.empty()
                : Optional.of(new StoreFailure.Locked(meta.path(), meta.generation()));
    }

    /**
     * The version without the lock that kept it: who bypassed it took it off, and what goes must be seen to be free
     * until its bytes are gone.
     */
    static BlobMeta lifted(BlobMeta meta) {
        return meta.attributes().lock() == null
                ? meta
                : meta.withAttributes(meta.attributes().withLock(null));
    }
}
