package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All slots, as the log changes them that their groups share, until the entry that ends it. What comes after that one
 * changes nothing on any node, and its answer says so; the slots begin behind it, each in the log of its own group.
 */
final class CommonGroup extends SlotGroup {
    private static final Logger log = LoggerFactory.getLogger(CommonGroup.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final Message ELSEWHERE = Message.valueOf(ByteString.copyFrom(CommandCodec.ELSEWHERE));

    private final List<SlotId> slots;
    private final SlotReplicas replicas;
    private final Ending ending;

    /** Copies are taken before the end or not at all: what has them goes on with this log. */
    private final ReadWriteLock copying = new ReentrantReadWriteLock();

    /** Set by the updater's thread at the entry that ends the log. */
    private volatile boolean over;

    /** Where that is, once it is durable. */
    private volatile Optional<LogPosition> end;

    /** What becomes of this node's part in the log. */
    interface Ending {
        /** Where it is, as this node has it on disk; nothing before. */
        Optional<LogPosition> there();

        /** Puts it on disk; blocks. */
        void write(CommonLogEnd end) throws IOException;

        /** Goes on with the groups' own logs, whose slots are behind the end; blocks, and may be called again. */
        void goOn() throws IOException;

        /** Whether the groups have gone on by their own logs on other nodes; blocks. */
        boolean isElsewhere() throws InterruptedException;

        /** Whether this node stops, so that nothing is tried again. */
        boolean stops();

        /** This node cannot come to the end any more: the log has no more what it lacks. Does not block. */
        void miss();
    }

    CommonGroup(
            List<SlotId> slots,
            SlotReplicas replicas,
            CommandCodec codec,
            DatabaseTransfer transfer,
            TakenDigests digests,
            Ending ending) {
        super(slots, replicas, codec, transfer, digests);
        this.slots = slots;
        this.replicas = replicas;
        this.ending = ending;
        this.end = ending.there();
        this.over = end.isPresent();
    }

    @Override
    boolean offers() {
        return !over;
    }

    @Override
    LogPosition position() {
        return end.orElseGet(super::position);
    }

    @Override
    Applied apply(LogPosition position, byte[] bytes, boolean awaited) {
        if (over) {
            return new Applied(CompletableFuture.completedFuture(ELSEWHERE));
        }
        Optional<List<NodeId>> keepers = CommandCodec.keepersAfter(bytes);
        if (keepers.isEmpty()) {
            return super.apply(position, bytes, awaited);
        }
        over = true;
        log.info("the log that all groups shared ends, they go on by their own index={}", position.index());
        CommonLogEnd reached = new CommonLogEnd(position, keepers.get(), false);
        return new Applied(applied().thenApplyAsync(_ -> finish(reached), executor()));
    }

    private Message finish(CommonLogEnd reached) {
        while (true) {
            try {
                begin(reached);
                ending.goOn();
                return ELSEWHERE;
            } catch (IOException | StoreException | IllegalStateException e) {
                log.error("the groups cannot go on by their own logs yet, it is tried again", e);
                pause(e);
            }
        }
    }

    /**
     * First what is before the end is durable, then that it has come: from there on no log gives that again. Then the
     * slots are behind it.
     */
    private void begin(CommonLogEnd reached) throws IOException {
        copying.writeLock().lock();
        try {
            if (end.isEmpty()) {
                LogPosition before = new LogPosition(
                        getLastAppliedTermIndex().getTerm(), reached.at().index() - 1);
                slots.stream().filter(replicas::inService).forEach(slot -> replicas.sync(slot, before));
                ending.write(reached);
                end = Optional.of(reached.at());
            }
            beginBehind(slots, replicas, reached.at());
            ending.write(reached.hasBegun());
        } finally {
            copying.writeLock().unlock();
        }
    }

    /**
     * Says of the slots in service that they are behind the end of the log they shared, which they must have come to:
     * once and never again, since later they may have been given away and be empty. Durable once this returns; blocks.
     */
    static void beginBehind(List<SlotId> slots, SlotReplicas replicas, LogPosition end) {
        // Ratis counts no votes for a log without a term, as that of a single node may be that grows
        LogPosition behind = new LogPosition(1, end.index() + 1);
        slots.stream()
                .filter(slot ->
                        replicas.inService(slot) && replicas.position(slot).isBefore(behind))
                .forEach(slot -> replicas.sync(slot, behind));
    }

    private void pause(Exception failure) {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (Thread.currentThread().isInterrupted() || ending.stops()) {
            throw new IllegalStateException("this node stops", failure);
        }
    }

    @Override
    Path copy(SlotId slot) {
        copying.readLock().lock();
        try {
            if (over) {
                throw new StoreException(new StoreFailure.Busy("the log that all groups shared has ended here"));
            }
            return super.copy(slot);
        } finally {
            copying.readLock().unlock();
        }
    }

    @Override
    void fetch(NodeId leader, long first) throws IOException {
        try {
            super.fetch(leader, first);
        } catch (IOException e) {
            missIfElsewhere();
            throw e;
        }
    }

    @Override
    void mend(SlotId slot, NodeId node) throws IOException {
        try {
            super.mend(slot, node);
        } catch (IOException e) {
            missIfElsewhere();
            throw e;
        }
    }

    private void missIfElsewhere() {
        if (end.isEmpty() && hasEndedElsewhere()) {
            ending.miss();
        }
    }

    private boolean hasEndedElsewhere() {
        try {
            return ending.isElsewhere();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    void persist(LogPosition upTo) {
        if (!over) {
            super.persist(upTo);
        }
    }

    /** Never one behind the end, which is where this log is gone on with after a restart. */
    @Override
    public long takeSnapshot() throws IOException {
        if (!over) {
            return super.takeSnapshot();
        }
        return end.map(LogPosition::index).orElse(RaftLog.INVALID_LOG_INDEX);
    }
}
