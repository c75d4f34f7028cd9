package dev.skerry.blob.part;

import dev.skerry.blob.PartRef;
import java.nio.ByteBuffer;

/** Where a reader puts the bytes it reads: its caller knows what becomes of them. Used by one thread at a time. */
@FunctionalInterface
public interface ReadMemory {
    /** New memory on the heap, a block at a time. */
    ReadMemory HEAP = wantedBytes -> ByteBuffer.allocate(Math.min(wantedBytes, PartRef.BLOCK_BYTES));

    /**
     * Memory for so many bytes, or for fewer of them but at least one block ({@link PartRef#BLOCK_BYTES}); the reader
     * then gives out less at a time. May block.
     *
     * @param wantedBytes one or more
     * @return a buffer whose position is 0 and whose limit is what may be filled
     */
    ByteBuffer take(int wantedBytes);
}
