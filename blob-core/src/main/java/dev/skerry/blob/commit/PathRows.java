package dev.skerry.blob.commit;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.Optional;

/** The generations of one path, and the moves that keep their invariants (see {@link SlotMachine}). */
final class PathRows {
    private final SlotTables tables;
    private final BlobPath path;

    PathRows(SlotTables tables, BlobPath path) {
        this.tables = tables;
        this.path = path;
    }

    /** The generation of the highest number. */
    Optional<BlobMeta> newest() {
        return tables.newest(path);
    }

    /** The current version, a tombstone included; {@code newest} saves a query where it is that. */
    Optional<BlobMeta> current(Optional<BlobMeta> newest) {
        if (newest.isEmpty() || newest.get().latest()) {
            return newest;
        }
        return tables.find(path, VersionSelector.CURRENT);
    }

    /** The number of the next generation. */
    static Generation after(Optional<BlobMeta> newest) {
        return newest.map(meta -> meta.generation().next()).orElse(Generation.FIRST);
    }

    /** Whether a generation written under this versioning state is the null version. */
    static boolean writesNullVersion(Versioning versioning) {
        return switch (versioning) {
            case OFF, SUSPENDED -> true;
            case ENABLED -> false;
        };
    }

    /**
     * Makes way for a new generation, unless {@link #wayBlocked}: the null version it replaces is hidden, and the
     * current version is so no longer. To be called before the insertion, so that at no time two rows are latest.
     */
    void makeWay(Optional<BlobMeta> current, Versioning versioning, Instant at) {
        if (writesNullVersion(versioning)) {
            visibleNullVersion(current).ifPresent(replaced -> hide(replaced, at));
        }
        current.filter(meta -> !(meta.nullVersion() && writesNullVersion(versioning)))
                .ifPresent(meta -> tables.update(meta.withLatest(false)));
    }

    private Optional<BlobMeta> visibleNullVersion(Optional<BlobMeta> current) {
        if (current.isEmpty() || current.get().nullVersion()) {
            return current;
        }
        return tables.find(path, VersionSelector.NULL_VERSION);
    }

    /** The refusal to {@link #makeWay}, where the null version to be replaced is locked. */
    Optional<StoreFailure> wayBlocked(Optional<BlobMeta> current, Versioning versioning, Instant at) {
        return writesNullVersion(versioning)
                ? visibleNullVersion(current).flatMap(replaced -> Locks.kept(replaced, at, false))
                : Optional.empty();
    }

    /**
     * Hides a generation from S3; who becomes current is for {@link #elect} to say. Nothing is lost that was not hidden
     * before, so this is where a lock holds; that one does is a bug of the caller's, who was to refuse the command.
     */
    BlobMeta hide(BlobMeta meta, Instant at) {
        if (meta.locked(at)) {
            throw new IllegalStateException("hiding of " + meta.blobId() + ", which is locked");
        }
        BlobMeta hidden = meta.withLatest(false).withTombstonedAt(at);
        tables.update(hidden);
        return hidden;
    }

    /** Makes the visible generation of the highest number the current version. */
    void elect() {
        Optional<BlobMeta> current = tables.find(path, VersionSelector.CURRENT);
        Optional<BlobMeta> winner = tables.newestVisible(path);
        if (current.map(BlobMeta::blobId).equals(winner.map(BlobMeta::blobId))) {
            return;
        }
        current.ifPresent(meta -> tables.update(meta.withLatest(false)));
        winner.ifPresent(meta -> tables.update(meta.withLatest(true)));
    }

    /** {@link #elect} where no generation is current now. */
    void electFromNone() {
        tables.newestVisible(path).ifPresent(meta -> tables.update(meta.withLatest(true)));
    }
}
