package dev.skerry.blob.commit;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.Command.Purge;
import dev.skerry.blob.commit.CommandResult.Purged;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Takes generations out whose grace is over and that no lock keeps.
 *
 * <p>The newest generation of a path keeps its number from being used again, so it may go only when it is the last. If
 * others are left and it is a blob, its bytes go and a hidden tombstone stays in its place; if it is a visible
 * tombstone, it is hidden. Either is then offered again by {@link SlotTables#expired} only once it is alone, so a purge
 * always comes to an end.
 */
final class Purging {
    private final SlotTables tables;

    Purging(SlotTables tables) {
        this.tables = tables;
    }

    Purged purge(Purge command) {
        Instant at = command.origin().at();
        int purged = 0;
        int locked = 0;
        // More than one round, because what goes in the first may leave a path with nothing but an expired tombstone.
        while (purged < command.limit()) {
            // Those that are locked come first again and again, so what lies behind them is asked for too.
            int wanted = (int) Math.min(Integer.MAX_VALUE, (long) command.limit() - purged + locked);
            List<BlobMeta> expired = tables.expired(command.hiddenBefore(), command.tombstonesBefore(), wanted);
            List<BlobMeta> batch =
                    expired.stream().filter(meta -> !meta.locked(at)).toList();
            locked = expired.size() - batch.size();
            if (batch.isEmpty() && expired.size() < wanted) {
                return new Purged(purged, false);
            }
            // A path's lower generations first, so that its newest goes in the same round if it goes last.
            batch.stream()
                    .sorted(Comparator.comparing(BlobMeta::path).thenComparing(BlobMeta::generation))
                    .forEach(meta -> takeOut(meta, at));
            purged += batch.size();
        }
        return new Purged(purged, true);
    }

    private void takeOut(BlobMeta meta, Instant at) {
        List<BlobMeta> firstTwo = tables.generations(meta.path(), 2);
        boolean keepsNumber =
                firstTwo.size() > 1 && firstTwo.getFirst().blobId().equals(meta.blobId());
        if (!keepsNumber) {
            // It was hidden, or a tombstone and all there was to see: nobody takes its place as current.
            tables.remove(meta.blobId(), at);
            return;
        }
        if (meta.tombstone()) {
            new PathRows(tables, meta.path()).hide(meta, at);
        } else {
            tables.remove(meta.blobId(), at);
            tables.insert(new StoredBlob(emptied(meta), BlobContent.EMPTY), null);
        }
    }

    /** A hidden tombstone of the same number and name. */
    private static BlobMeta emptied(BlobMeta meta) {
        return new BlobMeta(
                meta.path(),
                meta.generation(),
                meta.blobId(),
                BlobKind.TOMBSTONE,
                false,
                meta.nullVersion(),
                0,
                "",
                null,
                "",
                List.of(),
                List.of(),
                BlobAttributes.ownedBy(meta.attributes().ownerId()),
                meta.createdAt(),
                meta.tombstonedAt(),
                meta.hlc(),
                meta.placementGroup(),
                meta.homeRegion(),
                meta.replicationStatus(),
                null);
    }
}
