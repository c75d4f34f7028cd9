package dev.skerry.blob.commit;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is committed, for reading. Each call sees one committed state of one slot, never older than the last commit that
 * returned before the call began. Calls block and may come from any number of threads.
 *
 * <p>Every method that is asked of a slot throws {@link dev.skerry.blob.failure.StoreException} with {@code Corrupt}
 * where a row is damaged, {@code Quarantined} where the slot is out of service, {@code Busy} where the bounded queue of
 * readers is full, {@code StorageFault} where the database fails.
 */
public interface MetadataStore extends AutoCloseable {
    /** The slots there are, by ascending number. */
    List<SlotId> slots();

    /** The slots that are out of service, and why; whatever is asked of them throws. */
    default Map<SlotId, String> quarantined() {
        return Map.of();
    }

    /**
     * The slots whose databases a killed process left and that were not read through since. They are served; but that
     * they name no row for a folder is no proof yet that there is none.
     */
    default Set<SlotId> unchecked() {
        return Set.of();
    }

    /** The generation meant, without its content. */
    Optional<BlobMeta> find(SlotId slot, BlobPath path, VersionSelector selector);

    /** The generation meant, with its content. */
    Optional<StoredBlob> open(SlotId slot, BlobPath path, VersionSelector selector);

    /** The generation of the highest number, hidden ones and tombstones included. */
    Optional<BlobMeta> newest(SlotId slot, BlobPath path);

    /** All generations of the path, hidden ones included, newest first, at most {@code limit}. */
    List<BlobMeta> generations(SlotId slot, BlobPath path, int limit);

    /** The content of any generation, by its blob id. */
    Optional<StoredBlob> byBlobId(SlotId slot, BlobId blobId);

    /** Which generations a scan shows. */
    enum Scope {
        /** Current versions that are live: what ListObjects shows. */
        CURRENT,
        /** Every visible generation, tombstones included: what ListObjectVersions shows. */
        VISIBLE,
        /**
         * One generation of each path: its current version, a tombstone included, and where none is visible its newest
         * generation: the native listing.
         */
        NEWEST
    }

    /**
     * One refill of a listing.
     *
     * @param bucket whose paths
     * @param from the least key, as raw bytes; empty for the first
     * @param fromInclusive whether a key equal to {@code from} is shown
     * @param belowGeneration with {@link Scope#VISIBLE}: of a key equal to {@code from}, only generations below this
     *     one are shown, whatever {@code fromInclusive} says; null for no such bound
     * @param fold what every key begins with; where it folds, then of the rows beneath a common prefix only those up to
     *     the first visible one are given: it shows the prefix, and the others are sought past, not read
     * @param scope which generations
     * @param limit the most rows
     */
    record Scan(
            String bucket,
            byte[] from,
            boolean fromInclusive,
            @Nullable Long belowGeneration,
            Fold fold,
            Scope scope,
            int limit) {}

    /** Rows by ascending path and, within a path, descending generation; fewer than the limit only at the end. */
    List<ListedBlob> scan(SlotId slot, Scan scan);

    /**
     * A scan and where.
     *
     * @param slot whose rows
     * @param scan which of them
     */
    record Addressed(SlotId slot, Scan scan) {}

    /** The rows of each scan, in their order. The scans may run side by side, each on a state of its own. */
    default List<List<ListedBlob>> scanAll(List<Addressed> scans) {
        return scans.stream()
                .map(addressed -> scan(addressed.slot(), addressed.scan()))
                .toList();
    }

    /** The upload of that id, where it belongs to {@code path}. */
    Optional<Command.Upload> upload(SlotId slot, BlobPath path, BlobId uploadId);

    /** Uploads of a bucket by ascending path and upload id, after the pair given. */
    List<Command.Upload> uploads(
            SlotId slot, String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit);

    /** Parts of an upload by ascending number, after {@code afterNumber}. */
    List<Command.UploadPart> uploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit);

    /** Whether the bucket has any visible generation in the slot. */
    boolean holdsAny(SlotId slot, String bucket);

    /** Events after a sequence, ascending. */
    List<SequencedEvent> events(SlotId slot, long afterSequence, int limit);

    /** The newest event's sequence, trimmed ones included; 0 where there never was one. Cheap. */
    long lastSequence(SlotId slot);

    /** Folders queued for deletion before {@code before}, oldest first. */
    List<BlobId> garbage(SlotId slot, Instant before, int limit);

    /** Whether any generation or upload part has files in this folder. */
    boolean references(SlotId slot, BlobId folder);

    /** All content with part files in blob id order after the one given: for scrubbing. */
    List<StoredBlob> contents(SlotId slot, @Nullable BlobId after, int limit);

    /** Numbers of a slot. */
    Statistics statistics(SlotId slot);

    /**
     * Numbers of a slot.
     *
     * @param liveBlobs visible live generations
     * @param liveBytes their plain size
     * @param generations all rows
     * @param tombstones generations that say deleted
     * @param uploads multipart uploads under way
     * @param garbageFolders queued for deletion
     * @param lastSequence the newest event's, 0 for none
     * @param maxBlobId the greatest blob id, or null for none: the slot's position for anti-entropy
     */
    record Statistics(
            long liveBlobs,
            long liveBytes,
            long generations,
            long tombstones,
            long uploads,
            long garbageFolders,
            long lastSequence,
            @Nullable BlobId maxBlobId) {}

    @Override
    void close();
}
