package dev.skerry.blob.store;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Gathers a body's runs, whatever their size, into blocks, and holds the body to its announced and largest length. */
final class BlockSource {
    private final BlobBody body;
    private final OptionalLong declaredBytes;
    private final long maxBytes;
    private @Nullable ByteBuffer run;
    private boolean ended;
    private long totalBytes;

    BlockSource(BlobBody body, long maxBytes) {
        this.body = body;
        this.declaredBytes = body.declaredBytes();
        this.maxBytes = maxBytes;
        if (declaredBytes.isPresent()) {
            requireAtMost(declaredBytes.getAsLong());
        }
    }

    /** Fills the block from its beginning, as far as the body goes. */
    int fill(byte[] block) {
        int filled = 0;
        while (filled < block.length && !exhausted()) {
            ByteBuffer from = run;
            if (from != null) {
                int length = Math.min(from.remaining(), block.length - filled);
                from.get(block, filled, length);
                filled += length;
            }
        }
        return filled;
    }

    /** Whether nothing is left. Blocks until that is known; at the end the body has its announced length. */
    boolean exhausted() {
        while (!ended && (run == null || !run.hasRemaining())) {
            run = body.next();
            if (run == null) {
                ended = true;
                if (declaredBytes.isPresent() && declaredBytes.getAsLong() != totalBytes) {
                    throw incomplete();
                }
            } else {
                totalBytes += run.remaining();
                if (declaredBytes.isPresent() && totalBytes > declaredBytes.getAsLong()) {
                    throw incomplete();
                }
                requireAtMost(totalBytes);
            }
        }
        return ended;
    }

    long totalBytes() {
        return totalBytes;
    }

    private StoreException incomplete() {
        return new StoreException(new StoreFailure.IncompleteBody(declaredBytes.orElseThrow(), totalBytes));
    }

    private void requireAtMost(long bytes) {
        if (bytes > maxBytes) {
            throw new StoreException(new StoreFailure.BodyTooLarge(bytes, maxBytes));
        }
    }
}
