package dev.skerry.cluster.parts;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartReader;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes parts of this node again that are missing or damaged, from other nodes' copies: one after the other, each once
 * however often it is asked for. What finds no place in the queue is left for the next reader or for catch-up.
 */
public final class PartRepairs implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PartRepairs.class);

    private final FilePartStore local;
    private final BiFunction<SlotId, PartRef, PartReader> remote;
    private final PartsListener listener;
    private final ThreadFactory threads;
    private final BlockingQueue<Wanted> queue;

    // Guarded by this.
    private final Set<Key> known = new HashSet<>();
    private @Nullable Thread worker;
    private boolean closed;

    private record Key(SlotId slot, PartRef.Place place) {}

    private record Wanted(SlotId slot, PartRef part) {
        Key key() {
            return new Key(slot, part.place());
        }
    }

    PartRepairs(
            FilePartStore local,
            BiFunction<SlotId, PartRef, PartReader> remote,
            PartsListener listener,
            ThreadFactory threads,
            int waiting) {
        this.local = local;
        this.remote = remote;
        this.listener = listener;
        this.threads = threads;
        this.queue = new ArrayBlockingQueue<>(waiting);
    }

    /** Whether what failed means that this node's copy is lost and another may be good. */
    static boolean isLoss(StoreFailure failure) {
        return failure instanceof StoreFailure.Corrupt || failure instanceof StoreFailure.StorageFault;
    }

    /** Has a part written again soon. Never blocks; does nothing where it waits already, or too many do. */
    public synchronized void ask(SlotId slot, PartRef part) {
        Wanted wanted = new Wanted(slot, part);
        if (closed || known.contains(wanted.key()) || !queue.offer(wanted)) {
            return;
        }
        known.add(wanted.key());
        if (worker == null) {
            worker = threads.newThread(this::work);
            worker.start();
        }
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Wanted wanted = queue.take();
                try {
                    repair(wanted.slot, wanted.part);
                } catch (StoreException e) {
                    log.warn(
                            "part not repaired slot={} part={} reason={}",
                            wanted.slot,
                            wanted.part.place(),
                            e.getMessage());
                } catch (RuntimeException e) {
                    log.error("repair failed slot={} part={}", wanted.slot, wanted.part.place(), e);
                } finally {
                    done(wanted.key());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void done(Key key) {
        known.remove(key);
    }

    /**
     * Writes a part again now. Blocks.
     *
     * @throws StoreException if no node gave an intact copy, or it could not be written
     */
    public void repair(SlotId slot, PartRef part) {
        boolean restored = false;
        try (PartReader reader = remote.apply(slot, part)) {
            local.restore(slot, part, reader);
            restored = true;
            log.info("part written again slot={} part={} bytes={}", slot, part.place(), part.storedLengthBytes());
        } finally {
            listener.repaired(restored, restored ? part.storedLengthBytes() : 0);
        }
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = worker;
        }
        if (running != null) {
            running.interrupt();
        }
    }
}
