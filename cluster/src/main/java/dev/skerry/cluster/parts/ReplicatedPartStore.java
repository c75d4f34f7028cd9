package dev.skerry.cluster.parts;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parts on all replicas of their slot. A write is staged on all of them at once, and a quorum is enough
 * ({@link ReplicatedStaging}); what is read comes from this node's disk if it is good there, and else from another
 * node, and is written again here ({@link PartRepairs}).
 *
 * <p>What upkeep does is each node's own: {@link #folders}, {@link #sync} and {@link #hasRoom} are about this node, and
 * garbage collection and scrubbing work on {@link #own}. A node that is behind must not take away, or call damaged,
 * what another has.
 */
public final class ReplicatedPartStore implements PartStore, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReplicatedPartStore.class);

    private final FilePartStore local;
    private final NodeId self;
    private final SlotNodes nodes;
    private final NodeCalls calls;
    private final RandomGenerator random;
    private final ReplicatedStaging.Ports writing;
    private final RemotePartReader.Ports reading;
    private final PartRepairs repairs;
    private final PartService service;

    /**
     * What it works with.
     *
     * @param local this node's parts
     * @param nodes which nodes hold a slot
     * @param random names the writes of this node; nobody must draw the same
     * @param threads makes virtual ones, for what blocks
     * @param executor runs what is sent and answered, on virtual threads
     */
    public record Ports(
            FilePartStore local,
            NodeId self,
            SlotNodes nodes,
            NodeCalls calls,
            RandomGenerator random,
            ThreadFactory threads,
            Executor executor,
            PartsListener listener) {}

    /** Begins to serve the other nodes' parts at once. */
    public ReplicatedPartStore(Ports ports, ReplicationSettings settings) {
        this.local = ports.local;
        this.self = ports.self;
        this.nodes = ports.nodes;
        this.calls = ports.calls;
        this.random = ports.random;
        this.writing = new ReplicatedStaging.Ports(
                ports.self, ports.nodes, ports.calls, ports.executor, settings, ports.listener, new AtomicLong());
        this.reading = new RemotePartReader.Ports(
                ports.calls, ports.listener, settings.ackTimeout().toNanos());
        this.repairs = new PartRepairs(local, this::remote, ports.listener, ports.threads, settings.waitingRepairs());
        this.service = new PartService(local, settings, ports.executor);
        service.register(calls);
    }

    @Override
    public Staging stage(SlotId slot, BlobId folder, Durability durability) {
        List<NodeId> replicas = nodes.of(slot);
        List<NodeId> others = others(replicas);
        boolean here = others.size() < replicas.size();
        int quorum = replicas.size() / 2 + 1;
        StoreFailure failure = null;
        Staging own = null;
        if (here) {
            try {
                own = local.stage(slot, folder, durability);
            } catch (StoreException e) {
                failure = e.failure();
            }
        }
        StagingBatch.Id id = new StagingBatch.Id(random.nextLong(), random.nextLong());
        return new ReplicatedStaging(
                writing, new ReplicatedStaging.Write(slot, folder, durability, id), others, own, failure, quorum);
    }

    private List<NodeId> others(List<NodeId> replicas) {
        return replicas.stream().filter(node -> !node.equals(self)).toList();
    }

    private PartReader remote(SlotId slot, PartRef part) {
        return new RemotePartReader(reading, slot, part, others(nodes.of(slot)));
    }

    @Override
    public PartReader open(SlotId slot, PartRef part) {
        return new ReplicatedPartReader(slot, part, repairs, remote(slot, part), openOwn(slot, part));
    }

    private @Nullable PartReader openOwn(SlotId slot, PartRef part) {
        if (!nodes.of(slot).contains(self)) {
            return null;
        }
        try {
            return local.open(slot, part);
        } catch (StoreException e) {
            if (!PartRepairs.isLoss(e.failure())) {
                throw e;
            }
            repairs.ask(slot, part);
            return null;
        }
    }

    /** Deletes a folder on all replicas that can be reached; garbage collection sees to the others'. */
    @Override
    public void discard(SlotId slot, BlobId folder) {
        byte[] request = new PartMessages.Discard(slot, folder).encode();
        for (NodeId node : others(nodes.of(slot))) {
            CompletableFuture<byte[]> _ = calls.transfer(node, PartMessages.DISCARD, request)
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            log.debug(
                                    "folder not discarded node={} folder={} reason={}",
                                    node,
                                    folder,
                                    failure.toString());
                        }
                    });
        }
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

    /** Whether this node has; where it is no replica, those that are say so themselves. */
    @Override
    public boolean hasRoom(SlotId slot, long bytes) {
        return !nodes.of(slot).contains(self) || local.hasRoom(slot, bytes);
    }

    /** Writes parts again. */
    public PartRepairs repairs() {
        return repairs;
    }

    /** This node's own parts, for upkeep: what is found lost or damaged is written again from another node's copy. */
    public PartStore own() {
        return new OwnParts(local, repairs);
    }

    @Override
    public void close() {
        repairs.close();
        service.close();
    }
}
