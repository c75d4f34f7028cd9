package dev.skerry.blob.part;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Immutable part files, and the first phase of a write: bytes are staged under a folder (a fresh blob id), and are of
 * no consequence until a command that refers to them is committed. All methods block on disk; all may be called by many
 * threads.
 *
 * <p>Every method throws {@link dev.skerry.blob.failure.StoreException} with {@code InsufficientStorage} where the disk
 * is full, {@code StorageFault} where it fails.
 */
public interface PartStore {
    /**
     * Opens staging for one write. The folder counts as in use, so that garbage collection leaves it alone, until the
     * staging is closed.
     */
    Staging stage(SlotId slot, BlobId folder, Durability durability);

    /**
     * Opens a part for reading what is stored of it, whatever its codec.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if the file is missing or of another length
     */
    PartReader open(SlotId slot, PartRef part);

    /** Deletes a folder and everything in it; one that is not there is no failure. Safe to retry. */
    void discard(SlotId slot, BlobId folder);

    /** Shows every folder of the slot that has no staging open, in no order. */
    void folders(SlotId slot, Consumer<BlobId> visitor);

    /** Makes everything staged so far with less than {@link Durability#ALWAYS} durable. */
    void sync();

    /**
     * Whether there is room on every disk for another {@code bytes} above the reserve kept for metadata and deletes.
     */
    boolean hasRoom(long bytes);

    /** The same for the disk that {@code slot} lives on, where a store has several. */
    default boolean hasRoom(SlotId slot, long bytes) {
        return hasRoom(bytes);
    }

    /** The bytes of one write on their way to disk. Used by one thread at a time. */
    interface Staging extends AutoCloseable {
        /** The folder the files lie in. */
        BlobId folder();

        /**
         * Begins the next file; the one before must be sealed.
         *
         * @param hashing runs the file's SHA-256 beside the caller; what it refuses runs on the caller
         */
        PartWriter next(Executor hashing);

        /** Begins the next file; it is hashed on the calling thread. */
        default PartWriter next() {
            return next(Runnable::run);
        }

        /**
         * Takes a file from elsewhere as the next part: by a hard link where the file system allows it, so that its
         * bytes are not written again, else by copying. The file must not change afterwards. As durable as a sealed
         * part.
         *
         * @param file of {@link PartRef#MAX_PART_BYTES} or fewer
         * @param index the part's position in the blob
         * @param offsetBytes where it begins in the blob
         * @param seen shown each run of its bytes, in order, as they are hashed
         * @throws IOException if the file itself cannot be read, rather than the store written
         */
        PartRef adopt(Path file, int index, long offsetBytes, Consumer<ByteBuffer> seen) throws IOException;

        /** Ends the staging. Without a {@link #keep()} before it, everything staged is deleted. */
        @Override
        void close();

        /** Says that a committed command refers to the files, or may. */
        void keep();
    }
}
