package dev.skerry.blob.store;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.Sha256;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a write, pulled by one thread. The frontend decodes its framing beneath this; what it throws travels to
 * the client, and the write is aborted.
 */
public interface BlobBody extends AutoCloseable {
    /**
     * The next run of bytes, valid until the next call, or null at the end. Blocks until some are there.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code IncompleteBody} if the client stops early
     */
    @Nullable
    ByteBuffer next();

    /** The length the client announced. */
    OptionalLong declaredBytes();

    /** What the bytes must hash to. Complete only once {@link #next()} returned null, because trailers come last. */
    Expected expected();

    @Override
    void close();

    /**
     * What the bytes must hash to.
     *
     * @param md5 hexadecimal, or null
     * @param sha256 or null
     * @param checksums each to be computed and compared
     */
    record Expected(@Nullable String md5, @Nullable Sha256 sha256, List<Checksum> checksums) {
        /** Nothing is claimed. */
        public static final Expected NOTHING = new Expected(null, null, List.of());

        public Expected {
            checksums = List.copyOf(checksums);
        }
    }
}
