package dev.skerry.blob.commit;

import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.commit.Command.SetAcl;
import dev.skerry.blob.commit.Command.SetLegalHold;
import dev.skerry.blob.commit.Command.SetRetention;
import dev.skerry.blob.commit.Command.SetTags;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure;
import java.time.Instant;
import java.util.Optional;

/** The rules of what may change of a version that stands: its tags, its access list, its retention, its legal hold. */
final class Amendments {
    private final SlotTables tables;

    Amendments(SlotTables tables) {
        this.tables = tables;
    }

    CommandResult setTags(SetTags command) {
        Optional<BlobMeta> found = tables.find(command.path(), command.selector());
        Optional<StoreFailure> refusal = notStanding(command.path(), command.selector(), found);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        BlobMeta before = found.orElseThrow();
        BlobMeta tagged = before.withAttributes(before.attributes().withTags(command.tags()));
        tables.update(tagged);
        tables.append(new StorageEvent.ObjectTagged(
                tagged.path(),
                tagged.blobId(),
                tagged.generation(),
                command.origin().hlc(),
                command.tags().isEmpty()));
        return new Written(tagged, false);
    }

    CommandResult setAcl(SetAcl command) {
        Optional<BlobMeta> found = tables.find(command.path(), command.selector());
        Optional<StoreFailure> refusal = notStanding(command.path(), command.selector(), found);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        BlobMeta before = found.orElseThrow();
        BlobMeta amended = before.withAttributes(before.attributes().withAcl(command.acl()));
        tables.update(amended);
        tables.append(new StorageEvent.ObjectAclSet(
                amended.path(),
                amended.blobId(),
                amended.generation(),
                command.origin().hlc()));
        return new Written(amended, false);
    }

    CommandResult setRetention(SetRetention command) {
        Instant at = command.origin().at();
        Optional<BlobMeta> found = tables.find(command.path(), command.selector());
        Optional<StoreFailure> refusal = notStanding(command.path(), command.selector(), found)
                .or(() -> Locks.over(command.retention(), at))
                .or(() -> Locks.weakened(found.orElseThrow(), command.retention(), at, command.bypassGovernance()));
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        BlobMeta before = found.orElseThrow();
        return lock(before, lockOf(before).withRetention(command.retention()), command.origin());
    }

    CommandResult setLegalHold(SetLegalHold command) {
        Optional<BlobMeta> found = tables.find(command.path(), command.selector());
        Optional<StoreFailure> refusal = notStanding(command.path(), command.selector(), found);
        if (refusal.isPresent()) {
            return new Refused(refusal.get());
        }
        BlobMeta before = found.orElseThrow();
        return lock(before, lockOf(before).withLegalHold(command.legalHold()), command.origin());
    }

    private static BlobLock lockOf(BlobMeta meta) {
        BlobLock lock = meta.attributes().lock();
        return lock == null ? BlobLock.NONE : lock;
    }

    private Written lock(BlobMeta before, BlobLock lock, Origin origin) {
        BlobMeta locked = before.withAttributes(before.attributes().withLock(lock.equals(BlobLock.NONE) ? null : lock));
        tables.update(locked);
        tables.append(
                new StorageEvent.ObjectLockSet(locked.path(), locked.blobId(), locked.generation(), origin.hlc()));
        return new Written(locked, false);
    }

    private Optional<StoreFailure> notStanding(BlobPath path, VersionSelector selector, Optional<BlobMeta> found) {
        boolean named = Selectors.named(selector);
        if (found.isPresent() && found.get().tombstone()) {
            return Optional.of(new StoreFailure.Deleted(found.get(), named));
        }
        if (found.isPresent() && found.get().visible()) {
            return Optional.empty();
        }
        if (named) {
            return Optional.of(new StoreFailure.NoSuchVersion(path, Selectors.text(selector)));
        }
        return Optional.of(tables.newest(path)
                .filter(BlobMeta::tombstone)
                .<StoreFailure>map(tombstone -> new StoreFailure.Deleted(tombstone, false))
                .orElseGet(() -> new StoreFailure.NoSuchBlob(path)));
    }
}
