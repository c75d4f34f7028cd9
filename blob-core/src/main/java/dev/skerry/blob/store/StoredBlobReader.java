package dev.skerry.blob.store;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.FrameCipher;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.ReadMemory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads a blob part by part; a part's file is opened when the range reaches it, so one is open at a time. */
final class StoredBlobReader implements BlobReader {
    private final SlotId slot;
    private final StoredBlob blob;
    private final PartStore parts;
    private final StoreListener listener;
    private final @Nullable ContentKey key;
    private long position;
    private long end;
    private int partIndex;
    private @Nullable PartReader reader;

    /** Over a blob; {@code key} is of its data where that is encrypted, and is closed with the reader. */
    StoredBlobReader(SlotId slot, StoredBlob blob, PartStore parts, StoreListener listener, @Nullable ContentKey key) {
        this.slot = slot;
        this.blob = blob;
        this.parts = parts;
        this.listener = listener;
        this.key = key;
        this.end = blob.meta().sizeBytes();
        requireComplete();
    }

    /** Rows that do not add up to the blob are damage, which the first byte given out would hide from the client. */
    private void requireComplete() {
        long next = 0;
        switch (blob.content()) {
            case BlobContent.Inline inline -> {
                next = blob.meta().sizeBytes();
                long stored = key == null ? next : FrameCipher.storedBytes(next);
                if (inline.bytes().length != stored) {
                    throw damaged(inline.bytes().length + " bytes inline (expected: " + stored + ")");
                }
            }
            case BlobContent.Parts(List<PartRef> refs) -> {
                for (PartRef ref : refs) {
                    if (ref.offsetBytes() != next) {
                        throw damaged("part " + ref.index() + " begins at " + ref.offsetBytes() + " (expected: " + next
                                + ")");
                    }
                    next += ref.lengthBytes();
                }
            }
        }
        if (next != blob.meta().sizeBytes()) {
            throw damaged(next + " bytes (expected: " + blob.meta().sizeBytes() + ")");
        }
    }

    @Override
    public BlobMeta meta() {
        return blob.meta();
    }

    @Override
    public void range(long offsetBytes, long lengthBytes) {
        long size = blob.meta().sizeBytes();
        if (offsetBytes < 0 || lengthBytes < 0 || lengthBytes > size - offsetBytes) {
            throw new IllegalArgumentException(
                    "range: " + lengthBytes + " bytes at " + offsetBytes + " (expected: within " + size + " bytes)");
        }
        closePart();
        partIndex = 0;
        position = offsetBytes;
        end = offsetBytes + lengthBytes;
    }

    @Override
    public @Nullable ByteBuffer next(ReadMemory memory) {
        if (position >= end) {
            return null;
        }
        ByteBuffer run = switch (blob.content()) {
            case BlobContent.Inline inline -> ofInline(inline, memory);
            case BlobContent.Parts(List<PartRef> refs) -> ofParts(refs, memory);
        };
        position += run.remaining();
        listener.read(run.remaining());
        return run;
    }

    private ByteBuffer ofInline(BlobContent.Inline inline, ReadMemory memory) {
        CRC32C crc = new CRC32C();
        crc.update(inline.bytes());
        if ((int) crc.getValue() != inline.crc32c()) {
            throw damaged("the inline body is not what was written");
        }
        byte[] bytes = key == null
                ? inline.bytes()
                : key.openInline(blob.meta().blobId(), inline.bytes())
                        .orElseThrow(() -> damaged("the inline body is not the one sealed"));
        ByteBuffer run = memory.take(Math.toIntExact(end - position));
        return run.put(bytes, Math.toIntExact(position), run.limit()).flip();
    }

    private ByteBuffer ofParts(List<PartRef> refs, ReadMemory memory) {
        PartRef ref = refs.get(partIndex);
        while (position >= ref.offsetBytes() + ref.lengthBytes()) {
            closePart();
            partIndex++;
            ref = refs.get(partIndex);
        }
        PartReader open = reader == null ? OpeningPartReader.open(parts, slot, ref, key, listener) : reader;
        reader = open;
        return open.read(position - ref.offsetBytes(), Math.min(ref.lengthBytes(), end - ref.offsetBytes()), memory);
    }

    private StoreException damaged(String what) {
        String detail = "blob " + blob.meta().blobId() + ": " + what;
        listener.damaged(detail);
        return new StoreException(new StoreFailure.Corrupt(detail));
    }

    private void closePart() {
        PartReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        if (key != null) {
            key.close();
        }
        closePart();
    }
}
