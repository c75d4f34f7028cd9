package dev.skerry.blob.part;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a part file by whole blocks, as many at once as there is room for: each is compared with its CRC32C, and only
 * then is the whole cut down to what was asked for.
 */
final class FilePartReader implements PartReader {
    private final Path file;
    private final PartRef part;
    private final FileChannel channel;
    private final StoreListener listener;
    private final CRC32C crc = new CRC32C();

    private FilePartReader(Path file, PartRef part, FileChannel channel, StoreListener listener) {
        this.file = file;
        this.part = part;
        this.channel = channel;
        this.listener = listener;
    }

    static FilePartReader open(Path file, PartRef part, StoreListener listener) {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw damaged(file, "missing", listener, e);
        } catch (IOException e) {
            throw DiskFaults.translate("open " + file, e);
        }
        try {
            long length = channel.size();
            if (length != part.storedLengthBytes()) {
                throw damaged(file, length + " bytes (expected: " + part.storedLengthBytes() + ")", listener, null);
            }
            return new FilePartReader(file, part, channel, listener);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw DiskFaults.translate("open " + file, e);
        } catch (StoreException e) {
            closeQuietly(channel, e);
            throw e;
        }
    }

    @Override
    public ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory) {
        if (offsetBytes < 0 || offsetBytes >= limitBytes || limitBytes > part.storedLengthBytes()) {
            throw new IllegalArgumentException("range: " + offsetBytes + ".." + limitBytes + " of "
                    + part.storedLengthBytes() + " bytes (expected: one byte or more, within)");
        }
        int firstBlock = Math.toIntExact(offsetBytes / PartRef.BLOCK_BYTES);
        long start = (long) firstBlock * PartRef.BLOCK_BYTES;
        ByteBuffer bytes = memory.take(Math.toIntExact(endOfBlock(limitBytes) - start));
        if (start + bytes.limit() < endOfBlock(limitBytes)) {
            bytes.limit(bytes.limit() / PartRef.BLOCK_BYTES * PartRef.BLOCK_BYTES);
        }
        fill(bytes, start);
        for (int block = firstBlock, at = 0; at < bytes.limit(); block++, at += PartRef.BLOCK_BYTES) {
            verify(block, bytes.slice(at, Math.min(PartRef.BLOCK_BYTES, bytes.limit() - at)));
        }
        bytes.limit(Math.toIntExact(Math.min(bytes.limit(), limitBytes - start)));
        return bytes.position(Math.toIntExact(offsetBytes - start));
    }

    /** Where the block ends whose last byte or an earlier one lies before {@code limit}. */
    private long endOfBlock(long limit) {
        long blocks = Math.ceilDiv(limit, PartRef.BLOCK_BYTES);
        return Math.min(blocks * PartRef.BLOCK_BYTES, part.storedLengthBytes());
    }

    private void fill(ByteBuffer bytes, long start) {
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, start + bytes.position()) < 0) {
                    throw damaged(file, "ends before byte " + (start + bytes.limit()), listener, null);
                }
            }
        } catch (IOException e) {
            throw DiskFaults.translate("read " + file, e);
        }
    }

    private void verify(int block, ByteBuffer bytes) {
        crc.reset();
        crc.update(bytes);
        if ((int) crc.getValue() != part.blockChecksum(block)) {
            throw damaged(file, "block " + block + " is not what was written", listener, null);
        }
    }

    private static StoreException damaged(Path file, String what, StoreListener listener, @Nullable Throwable cause) {
        String detail = file + ": " + what;
        listener.damaged(detail);
        return new StoreException(new StoreFailure.Corrupt(detail), cause);
    }

    private static void closeQuietly(FileChannel channel, Exception because) {
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw DiskFaults.translate("close " + file, e);
        }
    }
}
