package dev.skerry.blob.migrate;

import dev.skerry.blob.BlobKind;
import dev.skerry.blob.Sha256;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The data of an older store, for reading. Its program must not be running. Nothing in it is ever changed, and it may
 * be read any number of times with the same result.
 */
public interface LegacyStore {
    /** What kind of store it is and where, for people. */
    String description();

    /** Whether several generations of one path may stand beside each other. */
    boolean versioned();

    /**
     * Shows every generation, those of one path one after the other and by ascending number. Blocks.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} or {@code StorageFault} if a database cannot
     *     be read at all; a single row that makes no sense is shown as {@link Unreadable}
     */
    void visit(Consumer<Entry> visitor);

    /** What a row says. */
    sealed interface Entry {}

    /**
     * A generation.
     *
     * @param path as the older store knew it: there are no buckets
     * @param generation its number, from 1
     * @param id its name there, which may or may not be a ULID; null where it had none
     * @param kind live or tombstone
     * @param sizeBytes of the whole content
     * @param chunks its bytes, in order
     * @param createdAt when it came to be
     * @param hiddenAt when it was deleted or replaced, or null while it stands
     * @param modifiedAt a time of change that the older store kept beside, or null
     * @param archive where its bytes were moved to, or null; some of the chunks may then be missing
     */
    record Generation(
            String path,
            long generation,
            @Nullable String id,
            BlobKind kind,
            long sizeBytes,
            List<Chunk> chunks,
            Instant createdAt,
            @Nullable Instant hiddenAt,
            @Nullable Instant modifiedAt,
            @Nullable String archive)
            implements Entry {
        public Generation {
            if (generation < 1 || sizeBytes < 0) {
                throw new IllegalArgumentException(
                        "generation " + generation + " of " + sizeBytes + " bytes (expected: 1 or more, of 0 or more)");
            }
            chunks = List.copyOf(chunks);
        }

        boolean tombstone() {
            return kind == BlobKind.TOMBSTONE;
        }
    }

    /**
     * A run of a generation's bytes.
     *
     * @param file that should hold it
     * @param sha256 over the file
     * @param lengthBytes of the file
     */
    record Chunk(Path file, Sha256 sha256, long lengthBytes) {}

    /**
     * A row that makes no sense.
     *
     * @param where which
     * @param reason what is wrong with it
     */
    record Unreadable(String where, String reason) implements Entry {}
}
