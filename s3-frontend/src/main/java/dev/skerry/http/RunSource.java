package dev.skerry.http;

import dev.skerry.blob.part.ReadMemory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Gives the bytes of an answer run by run, as a reader of a blob does. */
@FunctionalInterface
public interface RunSource {
    /**
     * The next run, or null at the end. Blocks.
     *
     * @param memory asked once for room, unless the end is reached
     * @return what {@code memory} gave, its position and limit around the run
     */
    @Nullable
    ByteBuffer next(ReadMemory memory);
}
