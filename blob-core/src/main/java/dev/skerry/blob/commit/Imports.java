package dev.skerry.blob.commit;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.ReplicationStatus;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Body;
import dev.skerry.blob.commit.Command.ImportBlob;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.event.StorageEvent.Cause;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of bringing in generations from another store. */
final class Imports {
    private final SlotTables tables;

    Imports(SlotTables tables) {
        this.tables = tables;
    }

    CommandResult importBlob(ImportBlob command) {
        VersionSelector number = new VersionSelector.ByGeneration(command.generation());
        Optional<BlobMeta> there = tables.find(command.path(), number);
        if (there.isPresent()) {
            return there.get().blobId().equals(command.blobId())
                    ? new Written(there.get(), true)
                    : new Refused(new StoreFailure.VersionConflict(
                            command.path(),
                            command.generation(),
                            tables.newest(command.path()).orElseThrow().generation()));
        }
        PathRows rows = new PathRows(tables, command.path());
        // Keeps the null version one: of two that are visible the one of the lower number is hidden.
        Optional<BlobMeta> other = command.hiddenAt() == null && command.nullVersion()
                ? tables.find(command.path(), VersionSelector.NULL_VERSION)
                : Optional.empty();
        Optional<BlobMeta> replaced = other.filter(meta -> meta.generation().compareTo(command.generation()) < 0);
        Optional<StoreFailure> kept =
                replaced.flatMap(meta -> Locks.kept(meta, command.origin().at(), false));
        if (kept.isPresent()) {
            return new Refused(kept.get());
        }
        Instant hiddenAt = command.hiddenAt();
        if (replaced.isPresent()) {
            rows.hide(replaced.get(), command.origin().at());
        } else if (other.isPresent()) {
            hiddenAt = command.origin().at();
        }
        StoredBlob blob = blob(command, hiddenAt);
        tables.insert(blob, null);
        rows.elect();
        BlobMeta standing = tables.find(command.path(), number).orElseThrow();
        event(command, standing).ifPresent(tables::append);
        return new Written(standing, false);
    }

    private static StoredBlob blob(ImportBlob command, @Nullable Instant hiddenAt) {
        Body body = command.body();
        BlobMeta meta = new BlobMeta(
                command.path(),
                command.generation(),
                command.blobId(),
                body == null ? BlobKind.TOMBSTONE : BlobKind.LIVE,
                false,
                command.nullVersion(),
                body == null ? 0 : body.sizeBytes(),
                body == null ? "" : body.etag(),
                body == null ? null : body.sha256(),
                body == null ? "" : NativeEtag.of(body),
                body == null ? List.of() : body.checksums(),
                List.of(),
                command.attributes(),
                command.createdAt(),
                hiddenAt,
                command.origin().hlc(),
                command.origin().placementGroup(),
                command.origin().homeRegion(),
                new ReplicationStatus.None(),
                null);
        return new StoredBlob(meta, body == null ? BlobContent.EMPTY : body.content());
    }

    /** A blob that was hidden where it came from is no news to anybody here. */
    private static Optional<StorageEvent> event(ImportBlob command, BlobMeta meta) {
        if (!meta.tombstone()) {
            return meta.visible() ? Optional.of(NewRow.created(meta, command.origin(), Cause.PUT)) : Optional.empty();
        }
        return Optional.of(new StorageEvent.ObjectDeleted(
                meta.path(),
                meta.visible() ? meta.blobId() : null,
                meta.generation(),
                command.origin().hlc(),
                meta.visible(),
                meta.placementGroup(),
                false));
    }
}
