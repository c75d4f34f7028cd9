package dev.skerry.http;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bytes of a request as HTTP frames them. Used by one thread. */
public interface BodySource {
    /**
     * The next bytes as they came, which the caller owns, or null at the end. Blocks until some are there.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code IncompleteBody} if the client is gone
     * @throws RequestTimeoutException if nothing came for the idle timeout, or less than must
     */
    @Nullable
    ByteBuffer next();

    /** The Content-Length, absent where none was sent or the body is chunked. */
    OptionalLong declaredBytes();

    /** Whether the body's length is told by {@code Transfer-Encoding: chunked}. */
    boolean chunked();
}
