package dev.skerry.cluster.parts;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.ReadMemory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the local file while its blocks are what was written, and from the first that is not, from other nodes. What it
 * found wrong is written again in the background.
 */
final class ReplicatedPartReader implements PartReader {
    private final SlotId slot;
    private final PartRef part;
    private final PartRepairs repairs;
    private final PartReader remote;
    private @Nullable PartReader local;

    ReplicatedPartReader(
            SlotId slot, PartRef part, PartRepairs repairs, PartReader remote, @Nullable PartReader local) {
        this.slot = slot;
        this.part = part;
        this.repairs = repairs;
        this.remote = remote;
        this.local = local;
    }

    /** Asks for memory once, whoever is read in the end. */
    private static final class OneRun implements ReadMemory {
        private final ReadMemory memory;
        private @Nullable ByteBuffer taken;
        private int limit;

        OneRun(ReadMemory memory) {
            this.memory = memory;
        }

        @Override
        public ByteBuffer take(int wantedBytes) {
            ByteBuffer known = taken;
            if (known != null) {
                return known.position(0).limit(Math.min(limit, wantedBytes));
            }
            ByteBuffer fresh = memory.take(wantedBytes);
            taken = fresh;
            limit = fresh.limit();
            return fresh;
        }
    }

    @Override
    public ByteBuffer read(long offsetBytes, long limitBytes, ReadMemory memory) {
        ReadMemory once = new OneRun(memory);
        PartReader own = local;
        if (own != null) {
            try {
                return own.read(offsetBytes, limitBytes, once);
            } catch (StoreException e) {
                if (!PartRepairs.isLoss(e.failure())) {
                    throw e;
                }
                local = null;
                own.close();
                repairs.ask(slot, part);
            }
        }
        return remote.read(offsetBytes, limitBytes, once);
    }

    @Override
    public void close() {
        PartReader own = local;
        if (own != null) {
            own.close();
        }
        remote.close();
    }

    /** What a reader throws that no node gave an intact copy to. */
    static StoreException unreadable(PartRef part, String detail, boolean mayBeElsewhere) {
        String whole = "part " + part.place().folder() + "/" + part.place().fileIndex() + ": " + detail;
        return new StoreException(mayBeElsewhere ? new StoreFailure.Busy(whole) : new StoreFailure.Corrupt(whole));
    }
}
