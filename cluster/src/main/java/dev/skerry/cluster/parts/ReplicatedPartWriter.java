package dev.skerry.cluster.parts;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.part.PartWriter;
import dev.skerry.cluster.parts.StagingBatch.SealedFile;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes one file on all replicas. */
final class ReplicatedPartWriter implements PartWriter {
    private final ReplicatedStaging staging;
    private final @Nullable PartWriter local;
    private final int file;
    private long length;
    private boolean sealed;
    private boolean closed;

    ReplicatedPartWriter(ReplicatedStaging staging, @Nullable PartWriter local, int file) {
        this.staging = staging;
        this.local = local;
        this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes) {
        requireOpen();
        if (bytes.remaining() > PartRef.MAX_PART_BYTES - length) {
            throw new IllegalArgumentException("part: " + (length + bytes.remaining()) + " bytes (expected: "
                    + PartRef.MAX_PART_BYTES + " or fewer)");
        }
        byte[] run = new byte[bytes.remaining()];
        bytes.get(run);
        length += run.length;
        if (local != null && staging.localAlive()) {
            try {
                local.write(ByteBuffer.wrap(run));
            } catch (StoreException e) {
                staging.localFailed(e);
            }
        }
        staging.write(run);
    }

    @Override
    public long lengthBytes() {
        return length;
    }

    @Override
    public PartRef seal(int index, long offsetBytes) {
        requireOpen();
        int number = staging.sealOthers();
        PartRef own = null;
        if (local != null && staging.localAlive()) {
            try {
                own = local.seal(index, offsetBytes);
            } catch (StoreException e) {
                staging.localFailed(e);
            }
        }
        SealedFile agreed = staging.awaitSealed(number, own == null ? null : SealedFile.of(own));
        sealed = true;
        if (own != null) {
            return own;
        }
        if (agreed.lengthBytes() != length) {
            throw new IllegalStateException(
                    "replicas sealed " + agreed.lengthBytes() + " bytes (expected: " + length + ")");
        }
        return new PartRef(
                index,
                offsetBytes,
                length,
                length,
                agreed.sha256(),
                PartRef.PLAIN,
                new PartRef.Place(staging.folder(), file),
                null,
                agreed.blockChecksums());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        staging.released(this);
        if (!sealed) {
            staging.dropFile();
        }
        if (local != null) {
            local.close();
        }
    }

    private void requireOpen() {
        if (sealed || closed) {
            throw new IllegalStateException("part writer: " + (sealed ? "sealed" : "closed") + " (expected: open)");
        }
    }
}
