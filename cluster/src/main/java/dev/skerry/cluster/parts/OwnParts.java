package dev.skerry.cluster.parts;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.ReadMemory;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The parts of this node alone. Whoever finds one bad is told so, and it is written again. */
final class OwnParts implements PartStore {
    private final FilePartStore local;
    private final PartRepairs repairs;

    OwnParts(FilePartStore local, PartRepairs repairs) {
        this.local = local;
        this.repairs = repairs;
    }

    @Override
    public Staging stage(SlotId slot, BlobId folder, Durability durability) {
        return local.stage(slot, folder, durability);
    }

    @Override
    public PartReader open(SlotId slot, PartRef part) {
        PartReader reader;
        try {
            reader = local.open(slot, part);
        } catch (StoreException e) {
            throw lost(slot, part, e);
        }
        return new PartReader() {
            @Override
            public ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory) {
                try {
                    return reader.read(offsetBytes, limitBytes, memory);
                } catch (StoreException e) {
                    throw lost(slot, part, e);
                }
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    private StoreException lost(SlotId slot, PartRef part, StoreException failed) {
        if (PartRepairs.isLoss(failed.failure())) {
            repairs.ask(slot, part);
        }
        return failed;
    }

    @Override
    public void discard(SlotId slot, BlobId folder) {
        local.discard(slot, folder);
    }

    @Override
    public void folders(SlotId slot, Consumer<BlobId> visitor) {
        local.folders(slot, visitor);
    }

    @Override
    public void sync() {
        local.sync();
    }

    @Override
    public boolean hasRoom(long bytes) {
        return local.hasRoom(bytes);
    }

    @Override
    public boolean hasRoom(SlotId slot, long bytes) {
        return local.hasRoom(slot, bytes);
    }
}
