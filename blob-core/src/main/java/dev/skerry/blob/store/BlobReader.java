package dev.skerry.blob.store;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.part.ReadMemory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An open blob. Used by one thread at a time; must be closed. Reads block on disk and give out verified bytes only. */
public interface BlobReader extends AutoCloseable {
    /** What is known of it. */
    BlobMeta meta();

    /**
     * Sets the range to read. Without this call the whole blob is read.
     *
     * @throws IllegalArgumentException if the range is not within the blob
     */
    void range(long offsetBytes, long lengthBytes);

    /**
     * The next run of the range, or null at its end.
     *
     * @param memory asked once for room, unless the end is reached; it bounds the length of the run
     * @return what {@code memory} gave, its position and limit around the run
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if the stored bytes are not what was written
     */
    @Nullable
    ByteBuffer next(ReadMemory memory);

    /** The next run, at most a block, in memory that the caller owns; otherwise the same. */
    default @Nullable ByteBuffer next() {
        return next(ReadMemory.HEAP);
    }

    @Override
    void close();
}
