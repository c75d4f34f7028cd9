package dev.skerry.blob.commit;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.Command.DeleteBlob;
import dev.skerry.blob.commit.Command.DeleteVersion;
import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Deleted;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rules of deletes, with and without a version. */
final class Deletes {
    /** The owner of a tombstone on a path that never had one. */
    private static final String NO_OWNER = "";

    private final SlotTables tables;

    Deletes(SlotTables tables) {
        this.tables = tables;
    }

    CommandResult deleteBlob(DeleteBlob command) {
        PathRows rows = new PathRows(tables, command.path());
        Optional<BlobMeta> newest = rows.newest();
        Optional<BlobMeta> current = rows.current(newest);
        Instant at = command.origin().at();
        Optional<StoreFailure> refusal = Conditions.violated(command.preconditions(), command.path(), current, newest)
                .or(() -> rows.wayBlocked(current, command.versioning(), at));
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        boolean shown = command.versioning() != Versioning.OFF;
        if (!shown && current.isEmpty()) {
            return new Deleted(null, null);
        }
        rows.makeWay(current, command.versioning(), at);
        NewRow row = new NewRow(
                command.origin(),
                command.path(),
                PathRows.after(newest),
                command.blobId(),
                PathRows.writesNullVersion(command.versioning()));
        String ownerId = newest.map(meta -> meta.attributes().ownerId()).orElse(NO_OWNER);
        StoredBlob tombstone = row.tombstone(ownerId, shown ? null : at);
        tables.insert(tombstone, null);
        if (!shown) {
            // whatever was current has made way
            rows.electFromNone();
        }
        tables.append(new StorageEvent.ObjectDeleted(
                command.path(),
                shown ? tombstone.meta().blobId() : null,
                tombstone.meta().generation(),
                command.origin().hlc(),
                shown,
                command.origin().placementGroup(),
                command.origin().occasion() == Occasion.LIFECYCLE));
        return new Deleted(tombstone.meta(), null);
    }

    CommandResult deleteVersion(DeleteVersion command) {
        Optional<BlobMeta> named =
                tables.find(command.path(), command.selector()).filter(BlobMeta::visible);
        Optional<StoreFailure> violated = violated(command.preconditions(), command.path(), named);
        if (violated.isPresent()) {
            return new Refused(violated.get());
        }
        if (named.isEmpty()) {
            return new Deleted(null, null);
        }
        Instant at = command.origin().at();
        Optional<StoreFailure> kept = Locks.kept(named.get(), at, command.bypassGovernance());
        if (kept.isPresent()) {
            return new Refused(kept.get());
        }
        PathRows rows = new PathRows(tables, command.path());
        BlobMeta hidden = rows.hide(command.bypassGovernance() ? Locks.lifted(named.get()) : named.get(), at);
        if (named.get().latest()) {
            rows.electFromNone();
        }
        tables.append(new StorageEvent.ObjectDeleted(
                hidden.path(),
                hidden.blobId(),
                hidden.generation(),
                command.origin().hlc(),
                false,
                hidden.placementGroup(),
                command.origin().occasion() == Occasion.LIFECYCLE));
        return new Deleted(null, hidden);
    }

    private Optional<StoreFailure> violated(List<Precondition> preconditions, BlobPath path, Optional<BlobMeta> named) {
        if (preconditions.isEmpty()) {
            return Optional.empty();
        }
        return Conditions.violated(preconditions, path, named, tables.newest(path));
    }
}
