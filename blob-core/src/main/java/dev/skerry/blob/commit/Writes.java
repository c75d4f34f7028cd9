package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.PutBlob;
import dev.skerry.blob.commit.Command.Undelete;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of writes: put, undelete. */
final class Writes {
    /** How many generations undelete looks at first; it takes more if there is no live one among them. */
    private static final int FIRST_LOOK = 16;

    private final SlotTables tables;

    Writes(SlotTables tables) {
        this.tables = tables;
    }

    CommandResult put(PutBlob command) {
        // First, because the very write being retried may be why its preconditions hold no longer.
        if (command.writeId() != null) {
            Optional<BlobMeta> earlier = tables.byWriteId(command.path(), command.writeId());
            if (earlier.isPresent()) {
                return replay(command, command.writeId(), earlier.get());
            }
        }
        PathRows rows = new PathRows(tables, command.path());
        Optional<BlobMeta> newest = rows.newest();
        Optional<BlobMeta> current = rows.current(newest);
        Instant at = command.origin().at();
        Optional<StoreFailure> refusal = Conditions.violated(command.preconditions(), command.path(), current, newest)
                .or(() -> Locks.over(command.attributes(), at))
                .or(() -> rows.wayBlocked(current, command.versioning(), at));
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        Generation generation = PathRows.after(newest);
        if (command.requested() != null) {
            if (command.requested().compareTo(generation) < 0) {
                return new Refused(new StoreFailure.VersionConflict(
                        command.path(),
                        command.requested(),
                        newest.map(BlobMeta::generation).orElseThrow()));
            }
            generation = command.requested();
        }
        rows.makeWay(current, command.versioning(), at);
        NewRow row = new NewRow(
                command.origin(),
                command.path(),
                generation,
                command.blobId(),
                PathRows.writesNullVersion(command.versioning()));
        StoredBlob blob = row.live(command.body(), List.of(), command.attributes(), command.writeId());
        tables.insert(blob, null);
        tables.append(NewRow.created(
                blob.meta(), command.origin(), cause(command.origin().occasion())));
        return new Written(blob.meta(), false);
    }

    private static Cause cause(Command.Occasion occasion) {
        return switch (occasion) {
            case REQUEST, LIFECYCLE -> Cause.PUT;
            case COPY -> Cause.COPY;
            case FORM -> Cause.FORM;
        };
    }

    private static CommandResult replay(PutBlob command, String writeId, BlobMeta earlier) {
        boolean sameSize = earlier.sizeBytes() == command.body().sizeBytes();
        // where the ETag follows from a key of that write alone, size and write id must do
        boolean same = sameSize
                && (showsNoDigests(earlier.attributes())
                        || showsNoDigests(command.attributes())
                        || earlier.etag().equals(command.body().etag()));
        return same ? new Written(earlier, true) : new Refused(new StoreFailure.WriteIdReused(command.path(), writeId));
    }

    private static boolean showsNoDigests(BlobAttributes attributes) {
        BlobEncryption encryption = attributes.encryption();
        return encryption != null && !encryption.method().showsDigests();
    }

    CommandResult undelete(Undelete command) {
        Optional<BlobMeta> found = command.generation() == null
                ? newestLive(command.path())
                : tables.find(command.path(), new VersionSelector.ByGeneration(command.generation()))
                        .filter(meta -> !meta.tombstone());
        if (found.isEmpty()) {
            return new Refused(nothingToBringBack(command.path(), command.generation()));
        }
        BlobMeta target = found.get();
        if (target.visible() && (target.latest() || command.generation() != null)) {
            return new Written(target, true);
        }
        Instant at = command.origin().at();
        // There is one null version: the one that stands gives way to the one that is brought back.
        Optional<BlobMeta> replaced = !target.visible() && target.nullVersion()
                ? tables.find(command.path(), VersionSelector.NULL_VERSION)
                : Optional.empty();
        Optional<StoreFailure> kept = replaced.flatMap(other -> Locks.kept(other, at, false));
        if (kept.isPresent()) {
            return new Refused(kept.get());
        }
        PathRows rows = new PathRows(tables, command.path());
        replaced.ifPresent(other -> rows.hide(other, at));
        if (command.generation() == null) {
            hideTombstonesAbove(target, rows, command);
        }
        if (!target.visible()) {
            tables.update(target.withTombstonedAt(null));
        }
        rows.elect();
        BlobMeta standing = tables.find(command.path(), new VersionSelector.ByGeneration(target.generation()))
                .orElseThrow();
        tables.append(NewRow.created(standing, command.origin(), Cause.UNDELETE));
        return new Written(standing, false);
    }

    private static StoreFailure nothingToBringBack(BlobPath path, @Nullable Generation generation) {
        return generation == null
                ? new StoreFailure.NoSuchBlob(path)
                : new StoreFailure.NoSuchVersion(path, Long.toString(generation.value()));
    }

    private Optional<BlobMeta> newestLive(BlobPath path) {
        for (int limit = FIRST_LOOK; ; limit *= 4) {
            List<BlobMeta> generations = tables.generations(path, limit);
            Optional<BlobMeta> live =
                    generations.stream().filter(meta -> !meta.tombstone()).findFirst();
            if (live.isPresent() || generations.size() < limit) {
                return live;
            }
        }
    }

    /** Everything visible above the newest live generation is a tombstone. */
    private void hideTombstonesAbove(BlobMeta target, PathRows rows, Undelete command) {
        Optional<BlobMeta> above = tables.newestVisible(command.path());
        while (above.isPresent() && above.get().generation().compareTo(target.generation()) > 0) {
            rows.hide(above.get(), command.origin().at());
            above = tables.newestVisible(command.path());
        }
    }
}
