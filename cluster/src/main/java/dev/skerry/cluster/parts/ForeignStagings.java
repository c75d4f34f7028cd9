package dev.skerry.cluster.parts;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.PartWriter;
import dev.skerry.cluster.parts.StagingBatch.SealedFile;
import dev.skerry.cluster.parts.StagingBatch.Step;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes of other nodes as far as this one is a replica of them. One whose node falls silent is ended after a
 * while: what was sealed stays, because a command may refer to it, and is garbage collection's if none does.
 */
final class ForeignStagings implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ForeignStagings.class);

    private final PartStore local;
    private final ReplicationSettings settings;

    // Guarded by itself.
    private final Map<StagingBatch.Id, Open> open = new HashMap<>();

    ForeignStagings(PartStore local, ReplicationSettings settings) {
        this.local = local;
        this.settings = settings;
    }

    /** A write under way; its steps are taken by one thread at a time. */
    private static final class Open {
        private final PartStore.Staging staging;
        private @Nullable PartWriter writer;
        private int nextSequence;
        private int files;
        private volatile long usedNanos = System.nanoTime();

        Open(PartStore.Staging staging) {
            this.staging = staging;
        }
    }

    /** Does what a batch says. Blocks on disk. */
    StagingBatch.Answer take(StagingBatch batch) {
        endSilent();
        Open write;
        try {
            write = find(batch);
        } catch (StoreException e) {
            return failed(e);
        }
        if (write == null) {
            return new StagingBatch.Answer.Failed(false, "the write is not known here, or there are too many");
        }
        synchronized (write) {
            if (write.nextSequence != batch.sequence()) {
                return new StagingBatch.Answer.Failed(
                        false, "batch " + batch.sequence() + " (expected: " + write.nextSequence + ")");
            }
            write.nextSequence++;
            try {
                return new StagingBatch.Answer.Done(follow(write, batch));
            } catch (StoreException e) {
                end(batch.staging(), true);
                return failed(e);
            } catch (IllegalArgumentException | IllegalStateException e) {
                end(batch.staging(), true);
                return new StagingBatch.Answer.Failed(false, e.toString());
            } finally {
                write.usedNanos = System.nanoTime();
            }
        }
    }

    private static StagingBatch.Answer failed(StoreException e) {
        return new StagingBatch.Answer.Failed(
                e.failure() instanceof StoreFailure.InsufficientStorage, String.valueOf(e.getMessage()));
    }

    /** Null where it should be here and is not, or there is no place for it. */
    private @Nullable Open find(StagingBatch batch) {
        synchronized (open) {
            Open known = open.get(batch.staging());
            if (known != null || batch.sequence() != 0 || open.size() >= settings.maxStagings()) {
                return known;
            }
            Open begun = new Open(local.stage(batch.slot(), batch.folder(), batch.durability()));
            open.put(batch.staging(), begun);
            return begun;
        }
    }

    private List<SealedFile> follow(Open write, StagingBatch batch) {
        List<SealedFile> sealed = new ArrayList<>();
        for (Step step : batch.steps()) {
            switch (step) {
                case Step.Begin() -> {
                    // asked for each file, because a write may have many
                    if (!local.hasRoom(batch.slot(), PartRef.BLOCK_BYTES)) {
                        throw new StoreException(new StoreFailure.InsufficientStorage("up to the reserve of the disk"));
                    }
                    write.writer = write.staging.next();
                    write.files++;
                }
                case Step.Write(byte[] run) -> writer(write).write(ByteBuffer.wrap(run));
                case Step.Seal() -> {
                    try (PartWriter ended = writer(write)) {
                        sealed.add(SealedFile.of(ended.seal(write.files - 1, 0)));
                    }
                    write.writer = null;
                }
                case Step.Drop() -> {
                    writer(write).close();
                    write.writer = null;
                }
                case Step.Close(boolean keep) -> end(batch.staging(), keep);
            }
        }
        return sealed;
    }

    private static PartWriter writer(Open write) {
        PartWriter writer = write.writer;
        if (writer == null) {
            throw new IllegalStateException("no file was begun");
        }
        return writer;
    }

    private void end(StagingBatch.Id id, boolean keep) {
        Open ended;
        synchronized (open) {
            ended = open.remove(id);
        }
        if (ended != null) {
            finish(ended, keep);
        }
    }

    private static void finish(Open ended, boolean keep) {
        if (keep) {
            ended.staging.keep();
        }
        try {
            ended.staging.close();
        } catch (StoreException e) {
            log.warn(
                    "what another node staged could not be closed folder={} reason={}",
                    ended.staging.folder(),
                    e.getMessage());
        }
    }

    private void endSilent() {
        long now = System.nanoTime();
        List<Open> silent = new ArrayList<>();
        synchronized (open) {
            Iterator<Open> all = open.values().iterator();
            while (all.hasNext()) {
                Open write = all.next();
                if (now - write.usedNanos > settings.stagingIdle().toNanos()) {
                    silent.add(write);
                    all.remove();
                }
            }
        }
        for (Open write : silent) {
            synchronized (write) {
                finish(write, true);
            }
        }
    }

    @Override
    public void close() {
        List<StagingBatch.Id> all;
        synchronized (open) {
            all = List.copyOf(open.keySet());
        }
        all.forEach(id -> end(id, true));
    }
}
