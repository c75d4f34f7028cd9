package dev.skerry.blob.store;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.FrameCipher;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.ReadMemory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a part file of sealed frames: of a range those it touches, each of which is a block that was compared with its
 * checksum before it is opened.
 */
final class OpeningPartReader implements PartReader {
    private final PartReader file;
    private final PartRef part;
    private final FrameCipher cipher;
    private final StoreListener listener;
    private final ByteBuffer frame;

    private OpeningPartReader(PartReader file, PartRef part, FrameCipher cipher, StoreListener listener) {
        this.file = file;
        this.part = part;
        this.cipher = cipher;
        this.listener = listener;
        this.frame = ByteBuffer.allocate((int) Math.min(PartRef.BLOCK_BYTES, part.storedLengthBytes()));
    }

    /**
     * Opens a part for reading, sealed or not.
     *
     * @param key of what the part belongs to, or null where that is not encrypted
     * @throws StoreException with {@code Corrupt} where the row says otherwise of the part, besides what
     *     {@link PartStore#open} throws
     */
    static PartReader open(
            PartStore parts, SlotId slot, PartRef part, @Nullable ContentKey key, StoreListener listener) {
        if (key == null && part.codec().equals(PartRef.PLAIN)) {
            return parts.open(slot, part);
        }
        if (key == null
                || !part.codec().equals(PartRef.SEALED)
                || part.storedLengthBytes() != FrameCipher.storedBytes(part.lengthBytes())) {
            throw damaged(
                    part,
                    "codec " + part.codec() + ", " + part.lengthBytes() + " bytes in " + part.storedLengthBytes()
                            + (key == null ? " (expected: plain)" : " (expected: sealed)"),
                    listener);
        }
        FrameCipher cipher = key.ofFile(part.place().folder(), part.place().fileIndex());
        return new OpeningPartReader(parts.open(slot, part), part, cipher, listener);
    }

    @Override
    public ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory) {
        if (offsetBytes < 0 || offsetBytes >= limitBytes || limitBytes > part.lengthBytes()) {
            throw new IllegalArgumentException("range: " + offsetBytes + ".." + limitBytes + " of " + part.lengthBytes()
                    + " bytes (expected: one byte or more, within)");
        }
        int first = Math.toIntExact(offsetBytes / FrameCipher.FRAME_BYTES);
        long start = (long) first * FrameCipher.FRAME_BYTES;
        long end = Math.min(
                Math.ceilDiv(limitBytes, FrameCipher.FRAME_BYTES) * FrameCipher.FRAME_BYTES, part.lengthBytes());
        ByteBuffer plain = memory.take(Math.toIntExact(end - start));
        if (plain.limit() < end - start) {
            plain.limit(plain.limit() / FrameCipher.FRAME_BYTES * FrameCipher.FRAME_BYTES);
        }
        for (int number = first; plain.hasRemaining(); number++) {
            openFrame(number, plain);
        }
        plain.limit(Math.toIntExact(Math.min(plain.limit(), limitBytes - start)));
        return plain.position(Math.toIntExact(offsetBytes - start));
    }

    private void openFrame(int number, ByteBuffer plain) {
        long start = (long) number * PartRef.BLOCK_BYTES;
        long end = Math.min(start + PartRef.BLOCK_BYTES, part.storedLengthBytes());
        ByteBuffer stored =
                file.read(start, end, wantedBytes -> frame.clear().limit(Math.min(wantedBytes, frame.capacity())));
        if (!cipher.open(number, end == part.storedLengthBytes(), stored, plain)) {
            throw damaged(part, "frame " + number + " is not the one sealed", listener);
        }
    }

    private static StoreException damaged(PartRef part, String what, StoreListener listener) {
        String detail = "part " + part.index() + " in " + part.place().folder() + ": " + what;
        listener.damaged(detail);
        return new StoreException(new StoreFailure.Corrupt(detail));
    }

    @Override
    public void close() {
        file.close();
    }
}
