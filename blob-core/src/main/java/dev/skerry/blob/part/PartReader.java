package dev.skerry.blob.part;

import java.nio.ByteBuffer;

/** Reads one part file; every block is verified before a byte of it is given out. Used by one thread at a time. */
public interface PartReader extends AutoCloseable {
    /**
     * Reads up to one block's worth of plain bytes from {@code offsetBytes} on, not beyond {@code limitBytes}.
     *
     * @param offsetBytes from the part's beginning
     * @param limitBytes where to stop, exclusive, from the part's beginning
     * @return a buffer with at least one byte that the caller owns
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if the block is not what was written
     */
    ByteBuffer read(long offsetBytes, long limitBytes);

    @Override
    void close();
}
