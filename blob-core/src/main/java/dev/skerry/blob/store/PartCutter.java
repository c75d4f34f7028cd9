package dev.skerry.blob.store;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.FrameCipher;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.PartWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of blocks into part files of one size, the last one shorter. A part is begun with its first byte. With
 * a key the files are sealed, and as long as without.
 */
final class PartCutter implements AutoCloseable {
    private final PartStore.Staging staging;
    private final long partBytes;
    private final Executor hashing;
    private final @Nullable ContentKey key;
    private final List<PartRef> parts = new ArrayList<>();
    private @Nullable PartWriter writer;
    private long offset;

    PartCutter(PartStore.Staging staging, long partBytes, Executor hashing, @Nullable ContentKey key) {
        this.staging = staging;
        this.partBytes = key == null ? partBytes : FrameCipher.plainBytes(partBytes);
        this.hashing = hashing;
        this.key = key;
    }

    /** Takes a block, which must not change until the next call of this object returns. */
    void write(byte[] block, int length) {
        ByteBuffer bytes = ByteBuffer.wrap(block, 0, length);
        while (bytes.hasRemaining()) {
            PartWriter open = writer == null ? begin() : writer;
            writer = open;
            int run = (int) Math.min(bytes.remaining(), partBytes - open.lengthBytes());
            open.write(bytes.slice(bytes.position(), run));
            bytes.position(bytes.position() + run);
            if (open.lengthBytes() == partBytes) {
                seal(open);
            }
        }
    }

    private PartWriter begin() {
        PartWriter file = staging.next(hashing);
        return key == null ? file : new SealingPartWriter(file, key, staging.folder(), parts.size());
    }

    /** Seals what is left and gives all parts. */
    List<PartRef> finish() {
        if (writer != null) {
            seal(writer);
        }
        return List.copyOf(parts);
    }

    private void seal(PartWriter open) {
        PartRef part = open.seal(parts.size(), offset);
        parts.add(part);
        offset += part.lengthBytes();
        writer = null;
        open.close();
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
