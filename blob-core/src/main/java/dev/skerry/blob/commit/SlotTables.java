package dev.skerry.blob.commit;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.event.StorageEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot, inside one transaction that the implementation opened and will commit. {@link SlotMachine} is
 * its only caller; it is used by one thread. Nothing here knows a rule: it stores what it is told. Every method blocks;
 * every method may throw {@link dev.skerry.blob.failure.StoreException} where the database fails or a row is damaged.
 */
public interface SlotTables {
    /** The generation meant by {@code selector}, if there is one. */
    Optional<BlobMeta> find(BlobPath path, VersionSelector selector);

    /** The generation of the highest number, hidden ones and tombstones included. */
    Optional<BlobMeta> newest(BlobPath path);

    /** The visible generation of the highest number, whatever its {@code latest} says. */
    Optional<BlobMeta> newestVisible(BlobPath path);

    /** All generations of the path, newest first, at most {@code limit}. */
    List<BlobMeta> generations(BlobPath path, int limit);

    /** The generation that a write with this id made. */
    Optional<BlobMeta> byWriteId(BlobPath path, String writeId);

    /** The generation that completing this upload made. */
    Optional<BlobMeta> byUpload(BlobPath path, BlobId uploadId);

    /**
     * Adds a generation and its content.
     *
     * @param uploadId the upload whose completion made it, or null
     */
    void insert(StoredBlob blob, @Nullable BlobId uploadId);

    /**
     * Replaces what may change of a generation: latest, null version, attributes, tombstonedAt, replication status. The
     * row is found by blob id and must exist.
     */
    void update(BlobMeta meta);

    /** The content of a generation, {@link BlobContent#EMPTY} where it has none. */
    BlobContent content(BlobId blobId);

    /** Removes a generation with its content rows; the folders its files lie in are queued as garbage at {@code at}. */
    void remove(BlobId blobId, Instant at);

    /**
     * Hidden generations with {@code tombstonedAt} before {@code hiddenBefore}, and visible tombstones created before
     * {@code tombstonesBefore}; oldest first, at most {@code limit}. A visible tombstone is given only where it is the
     * path's only visible generation. A hidden tombstone that is its path's newest generation is given only where it is
     * the path's only generation: while others are left it keeps their numbers from being used again.
     */
    List<BlobMeta> expired(Instant hiddenBefore, Instant tombstonesBefore, int limit);

    /** Adds an upload. */
    void insertUpload(Command.Upload upload);

    /** The upload of that id, where it belongs to {@code path}. */
    Optional<Command.Upload> upload(BlobPath path, BlobId uploadId);

    /** Adds a part, or replaces the one of its number, whose folder is then queued as garbage at {@code at}. */
    void putUploadPart(BlobId uploadId, Command.UploadPart part, Instant at);

    /** All parts of an upload by ascending number. */
    List<Command.UploadPart> uploadParts(BlobId uploadId);

    /**
     * Removes an upload and its parts. The folders of the parts that are not in {@code keptFolders} are queued as
     * garbage at {@code at}.
     */
    void removeUpload(BlobId uploadId, Set<BlobId> keptFolders, Instant at);

    /** Queues a folder of part files to be deleted. */
    void enqueueGarbage(BlobId folder, Instant at);

    /** Strikes folders from the queue; those not queued are ignored. */
    void forgetGarbage(Set<BlobId> folders);

    /** Appends an event and gives it the slot's next sequence. */
    void append(StorageEvent event);

    /** Drops events up to a sequence, inclusive. */
    void trimEvents(long upToSequenceInclusive);

    /** The epoch of the bucket before which commands are refused; 0 where none is. */
    long fence(String bucket);

    /** Refuses commands from before that epoch. */
    void setFence(String bucket, long epoch);
}
