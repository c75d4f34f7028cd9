package dev.skerry.blob.part;

import dev.skerry.blob.PartRef;
import java.nio.ByteBuffer;

/** Writes one part file under a temporary name. Used by one thread at a time. */
public interface PartWriter extends AutoCloseable {
    /**
     * Appends the remaining bytes of {@code bytes}, which are consumed. Where another thread hashes they must not
     * change until the next call of this object returns.
     */
    void write(ByteBuffer bytes);

    /** The bytes written so far. */
    long lengthBytes();

    /**
     * Ends the file: hashed, renamed to its final name, and fsynced with its folder and that folder's entry as its
     * staging's durability asks. Once this returns all of it is as durable as that.
     *
     * @param index the part's position in the blob
     * @param offsetBytes where it begins in the blob
     */
    PartRef seal(int index, long offsetBytes);

    /** Releases the file; unsealed, it is deleted. */
    @Override
    void close();
}
