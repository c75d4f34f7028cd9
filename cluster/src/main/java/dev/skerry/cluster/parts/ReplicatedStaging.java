package dev.skerry.cluster.parts;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.PartWriter;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.parts.StagingBatch.SealedFile;
import dev.skerry.cluster.parts.StagingBatch.Step;
import dev.skerry.cluster.peer.NodeCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One write on all replicas of its slot. Each is told the same steps; a file is sealed once a quorum has it, durable
 * and with the same digest. Replicas beyond the quorum are waited for a moment in all, and a share of the time that the
 * write takes, so that a slow one costs the client no more than that, and are then left out: catch-up brings them what
 * they lack.
 *
 * <p>The local replica is written by the caller's thread, the others by calls under way meanwhile.
 */
final class ReplicatedStaging implements PartStore.Staging {
    private static final Logger log = LoggerFactory.getLogger(ReplicatedStaging.class);

    /** Of the time that a write takes, one part in so many may be spent waiting for replicas that it does not need. */
    private static final int PATIENT_SHARE = 4;

    private final Ports ports;
    private final SlotId slot;
    private final BlobId folder;
    private final Durability durability;
    private final StagingBatch.Id id;
    private final int quorum;
    private final List<ReplicaLane> lanes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Of the caller's thread.
    private final PartStore.@Nullable Staging local;
    private StoreFailure localFailure;
    private boolean localAlive;
    private int nextFile;
    private boolean kept;
    private boolean closed;
    private @Nullable ReplicatedPartWriter writer;
    private int seals;
    private final long beganNanos = System.nanoTime();
    private long waitedNanos;

    /**
     * What all writes share.
     *
     * @param nodes which nodes hold a slot by now
     */
    record Ports(
            NodeId self,
            SlotNodes nodes,
            NodeCalls calls,
            Executor threads,
            ReplicationSettings settings,
            PartsListener listener,
            AtomicLong waitingBytes) {}

    /** What is written. */
    record Write(SlotId slot, BlobId folder, Durability durability, StagingBatch.Id id) {}

    /**
     * Opens a write.
     *
     * @param local the staging on this node, or null where it is no replica
     * @param localFailure why it is not to be had, where it is not
     */
    ReplicatedStaging(
            Ports ports,
            Write write,
            List<NodeId> others,
            PartStore.@Nullable Staging local,
            @Nullable StoreFailure localFailure,
            int quorum) {
        this.ports = ports;
        this.slot = write.slot;
        this.folder = write.folder;
        this.durability = write.durability;
        this.id = write.id;
        this.local = local;
        this.localAlive = local != null;
        this.localFailure = localFailure == null ? new StoreFailure.Busy("not a replica") : localFailure;
        this.quorum = quorum;
        this.lanes = others.stream().map(node -> new ReplicaLane(this, node)).toList();
    }

    ReplicationSettings settings() {
        return ports.settings;
    }

    PartsListener listener() {
        return ports.listener;
    }

    void waiting(long bytes) {
        ports.waitingBytes.addAndGet(bytes);
    }

    /** What is done with an answer, or its failure. */
    @FunctionalInterface
    interface Answered {
        void with(byte @Nullable [] answer, @Nullable Throwable broken);
    }

    /** Sends a batch, beside whoever asks for it. */
    void send(ReplicaLane lane, int sequence, List<Step> steps, Answered answered) {
        ports.threads.execute(() -> {
            byte[] batch = new StagingBatch(id, sequence, slot, folder, durability, steps).encode();
            CompletableFuture<byte[]> _ = ports.calls
                    .transfer(lane.node(), PartMessages.STAGE, batch)
                    .whenCompleteAsync((answer, broken) -> locked(() -> answered.with(answer, broken)), ports.threads);
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void tell(Step step) {
        locked(() -> lanes.forEach(lane -> lane.add(step)));
    }

    @Override
    public BlobId folder() {
        return folder;
    }

    @Override
    public PartWriter next(Executor hashing) {
        if (closed || writer != null) {
            throw new IllegalStateException(
                    "staging " + folder + ": " + (closed ? "closed" : "a part is being written"));
        }
        PartWriter localWriter = null;
        if (localAlive && local != null) {
            try {
                localWriter = local.next(hashing);
            } catch (StoreException e) {
                localFailed(e);
            }
        }
        requireQuorum();
        tell(new Step.Begin());
        ReplicatedPartWriter opened = new ReplicatedPartWriter(this, localWriter, nextFile++);
        writer = opened;
        return opened;
    }

    @Override
    public PartRef adopt(Path file, int index, long offsetBytes, Consumer<ByteBuffer> seen) throws IOException {
        try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.READ);
                PartWriter target = next()) {
            ByteBuffer buffer = ByteBuffer.allocate(PartRef.BLOCK_BYTES);
            while (bytes.read(buffer.clear()) >= 0) {
                seen.accept(buffer.flip().asReadOnlyBuffer());
                target.write(buffer);
            }
            return target.seal(index, offsetBytes);
        }
    }

    /**
     * Gives a run to the other replicas, which must not change any more, and waits until there is room for the next.
     */
    void write(byte[] run) {
        tell(new Step.Write(run));
        lock.lock();
        try {
            long limit = ports.waitingBytes.get() > ports.settings.totalBytes()
                    ? ports.settings.batchBytes()
                    : ports.settings.bufferBytes();
            awaitRoom(limit);
        } finally {
            lock.unlock();
        }
        requireQuorum();
    }

    /** How much longer the write waits for replicas that it does not need: in all, a moment and a share of its time. */
    private long patienceNanos() {
        long share = (System.nanoTime() - beganNanos) / PATIENT_SHARE;
        return ports.settings.patience().toNanos() + share - waitedNanos;
    }

    /** Waits for those that the quorum needs as long as it takes them to fail, for the others as patience goes. */
    private void awaitRoom(long limit) {
        while (true) {
            List<ReplicaLane> full = lanes.stream()
                    .filter(lane -> lane.alive() && lane.waitingBytes() > limit)
                    .toList();
            int ready = aliveCount() - full.size();
            if (full.isEmpty() || aliveCount() < quorum) {
                return;
            }
            long patience = patienceNanos();
            if (ready >= quorum && patience <= 0) {
                full.forEach(lane -> drop(lane, true, "slow"));
                return;
            }
            long began = System.nanoTime();
            boolean inTime = await(
                    ready >= quorum ? patience : ports.settings.ackTimeout().toNanos());
            if (ready >= quorum) {
                waitedNanos += System.nanoTime() - began;
            } else if (!inTime) {
                full.forEach(lane -> drop(lane, true, "took nothing for " + ports.settings.ackTimeout()));
                return;
            }
        }
    }

    /** The caller holds the lock, and looks again whatever woke it. */
    @SuppressWarnings("WaitNotInLoop") // the loops are the callers'
    private boolean await(long nanos) {
        try {
            return changed.awaitNanos(nanos) > 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(new StoreFailure.Busy("interrupted while replicas were waited for"), e);
        }
    }

    private void drop(ReplicaLane lane, boolean slow, String reason) {
        drop(lane, new ReplicaLane.Failure(false, reason), slow);
    }

    /** Leaves a replica out; the caller holds the lock. */
    void drop(ReplicaLane lane, ReplicaLane.Failure why, boolean slow) {
        lane.fail(why);
        ports.listener.dropped(slow);
        log.debug(
                "replica left out of a write node={} slot={} reason={}",
                lane.node().value(),
                slot,
                why.reason());
    }

    /**
     * Tells the other replicas that the file ends; they make it durable beside this node.
     *
     * @return its number among those that were sealed
     */
    int sealOthers() {
        tell(new Step.Seal());
        return seals++;
    }

    /** Tells them that it is given up. */
    void dropFile() {
        tell(new Step.Drop());
    }

    /**
     * Waits until a quorum has the file, all with the same bytes.
     *
     * @param file its number among those that were sealed
     * @param own as this node has it, or null where it does not
     */
    SealedFile awaitSealed(int file, @Nullable SealedFile own) {
        long deadline = System.nanoTime() + ports.settings.ackTimeout().toNanos();
        lock.lock();
        try {
            while (true) {
                SealedFile agreed = agreed(file, own);
                if (agreed != null && isHeld(agreed, file, own != null)) {
                    return agreed;
                }
                long left = deadline - System.nanoTime();
                if (aliveCount() < quorum || left <= 0) {
                    throw missed();
                }
                await(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether enough of those that have the file hold the slot still: who left it since the write began deletes what it
     * has. The caller holds the lock.
     */
    private boolean isHeld(SealedFile agreed, int file, boolean here) {
        List<NodeId> holders = ports.nodes.of(slot);
        long having = lanes.stream()
                .filter(lane -> {
                    SealedFile theirs = lane.sealed(file);
                    return theirs != null && theirs.sha256().equals(agreed.sha256()) && holders.contains(lane.node());
                })
                .count();
        long own = here && holders.contains(ports.self) ? 1 : 0;
        return having + own >= Math.min(quorum, holders.size() / 2 + 1);
    }

    /** What a quorum has, if one has the same. Who has anything but what this node has is left out. */
    private @Nullable SealedFile agreed(int file, @Nullable SealedFile own) {
        Map<String, Integer> votes = new HashMap<>();
        if (own != null) {
            votes.put(own.sha256().hex(), 1);
        }
        SealedFile found = null;
        for (ReplicaLane lane : lanes) {
            SealedFile theirs = lane.alive() || lane.sealed(file) != null ? lane.sealed(file) : null;
            if (theirs == null) {
                continue;
            }
            if (own != null && !own.sha256().equals(theirs.sha256())) {
                if (lane.alive()) {
                    drop(lane, false, "it has other bytes than were sent");
                }
                continue;
            }
            votes.merge(theirs.sha256().hex(), 1, Integer::sum);
            found = votes.getOrDefault(theirs.sha256().hex(), 0) >= quorum ? theirs : found;
        }
        if (own != null) {
            return votes.getOrDefault(own.sha256().hex(), 0) >= quorum ? own : null;
        }
        return found;
    }

    void localFailed(StoreException failed) {
        localAlive = false;
        localFailure = failed.failure();
        log.debug("local replica left out of a write slot={} reason={}", slot, failed.getMessage());
        ports.listener.dropped(false);
    }

    boolean localAlive() {
        return localAlive;
    }

    private int aliveCount() {
        return (localAlive ? 1 : 0)
                + (int) lanes.stream().filter(ReplicaLane::alive).count();
    }

    void requireQuorum() {
        lock.lock();
        try {
            if (aliveCount() < quorum) {
                throw missed();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private StoreException missed() {
        ports.listener.quorumMissed();
        String detail = lanes.stream()
                .map(lane -> lane.node().value() + ": " + reason(lane.failure()))
                .collect(Collectors.joining("; ", quorum + " replicas of slot " + slot + " are needed; ", ""));
        String whole = local == null || localAlive ? detail : detail + "; here: " + localFailure.message();
        long full = lanes.stream()
                        .map(ReplicaLane::failure)
                        .filter(failure -> failure != null && failure.noRoom())
                        .count()
                + (localFailure instanceof StoreFailure.InsufficientStorage ? 1 : 0);
        int replicas = lanes.size() + (local == null ? 0 : 1);
        return new StoreException(
                replicas - full < quorum ? new StoreFailure.InsufficientStorage(whole) : new StoreFailure.Busy(whole));
    }

    private static String reason(ReplicaLane.@Nullable Failure failure) {
        return failure == null ? "nothing yet" : failure.reason();
    }

    void released(ReplicatedPartWriter ended) {
        if (writer == ended) {
            writer = null;
        }
    }

    @Override
    public void keep() {
        kept = true;
        if (local != null) {
            local.keep();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ReplicatedPartWriter left = writer;
        try {
            if (left != null) {
                left.close();
            }
        } finally {
            if (nextFile > 0) {
                tell(new Step.Close(kept));
            }
            if (local != null) {
                local.close();
            }
        }
    }
}
