package dev.skerry.blob.commit;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.ApplyRule;
import dev.skerry.blob.commit.Command.DeleteBlob;
import dev.skerry.blob.commit.Command.DeleteVersion;
import dev.skerry.blob.commit.Command.Judged;
import dev.skerry.blob.commit.Command.Occasion;
import dev.skerry.blob.commit.Command.Origin;
import dev.skerry.blob.commit.Command.RuleAction;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.Optional;

/**
 * What lifecycle rules do, as deletes and amendments that hold only for the version that was judged: one that was
 * written, tagged or deleted since is left alone, and is judged anew.
 */
final class AppliedRules {
    /** A path of more generations than this is looked at again once garbage collection has taken the hidden ones. */
    private static final int GENERATIONS_LOOK = 1000;

    private final SlotTables tables;
    private final Deletes deletes;

    AppliedRules(SlotTables tables) {
        this.tables = tables;
        this.deletes = new Deletes(tables);
    }

    CommandResult apply(ApplyRule command) {
        Origin origin = command.origin().on(Occasion.LIFECYCLE);
        BlobPath path = command.path();
        VersionSelector judged = new VersionSelector.ByBlobId(command.judged().version());
        Optional<BlobMeta> found = tables.find(path, judged).filter(meta -> isSame(meta, command.judged()));
        if (found.isEmpty() || !isFit(found.get(), command.action())) {
            return new Refused(new StoreFailure.PreconditionFailed("the version that the rule was held against"));
        }
        return switch (command.action()) {
            case RuleAction.Expire(var tombstoneId, var versioning) ->
                deletes.deleteBlob(new DeleteBlob(origin, path, tombstoneId, versioning, List.of()));
            case RuleAction.RemoveVersion _, RuleAction.RemoveMarker _ ->
                deletes.deleteVersion(new DeleteVersion(origin, path, judged, List.of(), false));
            case RuleAction.ChangeClass(StorageClass target) -> move(found.get(), target, origin);
        };
    }

    private static boolean isSame(BlobMeta meta, Judged judged) {
        return meta.visible()
                && (judged.tags() == null || meta.attributes().tags().equals(judged.tags()));
    }

    private boolean isFit(BlobMeta meta, RuleAction action) {
        return switch (action) {
            case RuleAction.Expire _ -> meta.latest() && !meta.tombstone();
            case RuleAction.RemoveVersion _ -> !meta.latest();
            case RuleAction.RemoveMarker _ -> meta.tombstone() && isAlone(meta);
            case RuleAction.ChangeClass _ -> !meta.tombstone();
        };
    }

    private boolean isAlone(BlobMeta meta) {
        List<BlobMeta> generations = tables.generations(meta.path(), GENERATIONS_LOOK);
        return generations.size() < GENERATIONS_LOOK
                && generations.stream().filter(BlobMeta::visible).count() == 1;
    }

    private Written move(BlobMeta meta, StorageClass target, Origin origin) {
        BlobMeta moved = meta.withAttributes(meta.attributes().withStorageClass(target));
        tables.update(moved);
        tables.append(new StorageEvent.ObjectTransitioned(
                moved.path(), moved.blobId(), moved.generation(), origin.hlc(), target));
        return new Written(moved, false);
    }
}
