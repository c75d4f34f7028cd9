package dev.skerry.blob.part;

import java.nio.ByteBuffer;

/** Reads one part; every block is verified before a byte of it is given out. Used by one thread at a time. */
public interface PartReader extends AutoCloseable {
    /**
     * Reads bytes from {@code offsetBytes} on, not beyond {@code limitBytes}: as many as the whole blocks hold that
     * {@code memory} has room for. Blocks on disk.
     *
     * @param offsetBytes from the part's beginning
     * @param limitBytes where to stop, exclusive, from the part's beginning
     * @param memory asked once for room for the blocks around that range
     * @return what {@code memory} gave, its position and limit around at least one byte
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if a block is not what was written
     */
    ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory);

    /** Reads up to a block's worth into memory of its own, which the caller owns; otherwise the same. */
    default ByteBuffer read(long offsetBytes, long limitBytes) {
        return read(offsetBytes, limitBytes, ReadMemory.HEAP);
    }

    @Override
    void close();
}
