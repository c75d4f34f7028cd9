package dev.skerry.blob.part;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;

/**
 * Writes one part file: hashed as it grows, whole by SHA-256 and in blocks by CRC32C. A long one is fsynced as it
 * grows, too, so that the disk works while the rest arrives and little is left for the end.
 */
final class FilePartWriter implements PartWriter {
    /** The most that is left for the end, and half of the most that waits for the disk. */
    static final int SYNC_BYTES = 8 * 1024 * 1024;

    private final FileStaging staging;
    private final int fileIndex;
    private final Path temporary;
    private final FileChannel channel;
    private final boolean linked;
    private final MessageDigest sha256 = newSha256();
    private final Lane hashing;
    private final Lane syncing;
    private final CRC32C blockCrc = new CRC32C();
    private final ByteArrayOutputStream blockChecksums = new ByteArrayOutputStream();
    private int blockBytes;
    private long length;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        SEALED,
        CLOSED
    }

    private FilePartWriter(
            FileStaging staging, int fileIndex, Path temporary, FileChannel channel, boolean linked, Executor hashing) {
        this.staging = staging;
        this.fileIndex = fileIndex;
        this.temporary = temporary;
        this.channel = channel;
        this.hashing = new Lane(hashing);
        this.syncing = new Lane(hashing);
        this.linked = linked;
    }

    /** A writer of a new file. */
    static FilePartWriter creating(FileStaging staging, int fileIndex, Executor hashing) throws IOException {
        Path temporary = staging.path().resolve(PartLayout.temporaryName(fileIndex));
        return new FilePartWriter(staging, fileIndex, temporary, Folders.createFile(temporary), false, hashing);
    }

    /** A "writer" of a file whose bytes are there: what is written to it is hashed only. */
    static FilePartWriter linking(FileStaging staging, int fileIndex, Path source) throws IOException {
        Path temporary = staging.path().resolve(PartLayout.temporaryName(fileIndex));
        Files.createLink(temporary, source);
        return new FilePartWriter(
                staging,
                fileIndex,
                temporary,
                FileChannel.open(temporary, StandardOpenOption.READ),
                true,
                Runnable::run);
    }

    @Override
    public void write(ByteBuffer bytes) {
        requireOpen();
        if (bytes.remaining() > PartRef.MAX_PART_BYTES - length) {
            throw new IllegalArgumentException("part: " + (length + bytes.remaining()) + " bytes (expected: "
                    + PartRef.MAX_PART_BYTES + " or fewer)");
        }
        ByteBuffer whole = bytes.duplicate();
        hashing.begin(() -> sha256.update(whole));
        try {
            while (bytes.hasRemaining()) {
                int run = Math.min(bytes.remaining(), PartRef.BLOCK_BYTES - blockBytes);
                writeWithinBlock(bytes.slice(bytes.position(), run));
                bytes.position(bytes.position() + run);
            }
        } catch (IOException e) {
            throw DiskFaults.translate("write " + temporary, e);
        }
    }

    /** What it fails with is thrown by the next write or the seal: the system tells of it only once. */
    private void sync() {
        try {
            staging.sync(channel);
        } catch (IOException e) {
            throw DiskFaults.translate("sync " + temporary, e);
        }
    }

    private void writeWithinBlock(ByteBuffer run) throws IOException {
        int runBytes = run.remaining();
        blockCrc.update(run.duplicate());
        while (!linked && run.hasRemaining()) {
            channel.write(run);
        }
        length += runBytes;
        blockBytes += runBytes;
        if (blockBytes == PartRef.BLOCK_BYTES) {
            endBlock();
            if (length % SYNC_BYTES == 0) {
                syncing.begin(this::sync);
            }
        }
    }

    private void endBlock() {
        int crc = (int) blockCrc.getValue();
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            blockChecksums.write(crc >>> shift);
        }
        blockCrc.reset();
        blockBytes = 0;
    }

    @Override
    public long lengthBytes() {
        return length;
    }

    @Override
    public PartRef seal(int index, long offsetBytes) {
        requireOpen();
        hashing.await();
        if (blockBytes > 0) {
            endBlock();
        }
        Sha256 digest = new Sha256(HexFormat.of().formatHex(sha256.digest()));
        PartRef part = new PartRef(
                index,
                offsetBytes,
                length,
                length,
                digest,
                PartRef.PLAIN,
                new PartRef.Place(staging.folder(), fileIndex),
                null,
                blockChecksums.toByteArray());
        Path file = staging.path().resolve(PartLayout.fileName(fileIndex, digest.hex()));
        try {
            syncing.await();
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            staging.sealed(file, channel);
            channel.close();
        } catch (IOException e) {
            throw DiskFaults.translate("seal " + file, e);
        }
        state = State.SEALED;
        return part;
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            try {
                channel.close();
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw DiskFaults.translate("drop " + temporary, e);
            }
        }
        state = State.CLOSED;
        staging.released(this);
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("part writer of " + temporary + ": " + state + " (expected: OPEN)");
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
