package dev.skerry.blob.store;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.encryption.ContentKey;
import dev.skerry.blob.encryption.FrameCipher;
import dev.skerry.blob.part.PartWriter;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes a part file of sealed frames. A frame is held back until a byte comes after it, or the end: only then is it
 * known whether it is the last. Two buffers take turns, because the file hashes one while the next is sealed.
 */
final class SealingPartWriter implements PartWriter {
    private final PartWriter file;
    private final int fileIndex;
    private final FrameCipher cipher;
    private final ByteBuffer plain = ByteBuffer.allocate(FrameCipher.FRAME_BYTES);
    private ByteBuffer sealed = ByteBuffer.allocate(PartRef.BLOCK_BYTES);
    private ByteBuffer beingWritten = ByteBuffer.allocate(PartRef.BLOCK_BYTES);
    private int frames;
    private long length;

    /** Over a new file of that folder and number. */
    SealingPartWriter(PartWriter file, ContentKey key, BlobId folder, int fileIndex) {
        this.file = file;
        this.fileIndex = fileIndex;
        this.cipher = key.ofFile(folder, fileIndex);
    }

    @Override
    public void write(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (!plain.hasRemaining()) {
                writeFrame(false);
            }
            int run = Math.min(plain.remaining(), bytes.remaining());
            plain.put(bytes.slice(bytes.position(), run));
            bytes.position(bytes.position() + run);
            length += run;
        }
    }

    private void writeFrame(boolean last) {
        cipher.seal(frames, last, plain.flip(), sealed.clear());
        file.write(sealed.flip());
        frames++;
        plain.clear();
        ByteBuffer free = beingWritten;
        beingWritten = sealed;
        sealed = free;
    }

    @Override
    public long lengthBytes() {
        return length;
    }

    @Override
    public PartRef seal(int index, long offsetBytes) {
        writeFrame(true);
        PartRef stored = file.seal(index, offsetBytes);
        if (stored.place().fileIndex() != fileIndex) {
            throw new IllegalStateException("file " + stored.place().fileIndex() + " was sealed as file " + fileIndex);
        }
        return stored.encoded(PartRef.SEALED, length);
    }

    @Override
    public void close() {
        Arrays.fill(plain.array(), (byte) 0);
        file.close();
    }
}
