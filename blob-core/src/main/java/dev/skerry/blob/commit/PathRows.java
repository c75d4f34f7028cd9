package dev.skerry.blob.commit;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Versioning;
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
     * Makes way for a new generation: the null version it replaces is hidden, and the current version is so no longer.
     * To be called before the insertion, so that at no time two rows are latest.
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

    /** Hides a generation from S3; who becomes current is for {@link #elect} to say. */
    BlobMeta hide(BlobMeta meta, Instant at) {
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
}
