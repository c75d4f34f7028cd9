package dev.skerry.cluster.raft;

import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a group's log changes, kept in databases of this node. They are the snapshot: taking one makes them durable, and
 * what they have applied is never applied again.
 */
abstract class GroupMachine extends BaseStateMachine {
    private static final Logger log = LoggerFactory.getLogger(GroupMachine.class);
    private static final long RETRY_MS = 1000;

    private final Executor executor;
    private final AppliedIndex reached = new AppliedIndex();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private volatile Runnable logFailed = () -> {};

    /** Raised where the databases are others than those that were applied to before; guarded by this. */
    private int life;

    /** When reads see everything the log has given so far; the updater's thread alone sets it. */
    private volatile CompletableFuture<?> applied = CompletableFuture.completedFuture(null);

    private volatile @Nullable TermIndex snapshot;

    /** How often this node came to lead. */
    private final AtomicLong elected = new AtomicLong();

    private record Listener(Runnable committed, BooleanSupplier alive) {}

    /** What blocks for long runs on {@code executor}. */
    GroupMachine(Executor executor) {
        this.executor = executor;
    }

    /** Done when reads see all that the log gave before; for the thread alone that gives an entry. */
    final CompletableFuture<?> applied() {
        return applied;
    }

    /** Runs what blocks for long. */
    final Executor executor() {
        return executor;
    }

    /** Up to where the databases have applied everything; from there the log goes on. */
    abstract LogPosition position();

    /**
     * Begins to apply an entry; entries are given in the log's order, each perhaps before the one before is done.
     *
     * @param awaited whether somebody waits for what it gives; else that may be put off for a moment
     */
    abstract Applied apply(LogPosition position, byte[] entry, boolean awaited);

    /**
     * How an entry fares.
     *
     * @param answer what it gave
     * @param seen done once reads see what it did
     */
    record Applied(CompletableFuture<Message> answer, CompletableFuture<?> seen) {
        /** Of an entry that gives its answer when reads see what it did. */
        Applied(CompletableFuture<Message> answer) {
            this(answer, answer);
        }
    }

    /** Has reads see now what {@link #apply} may have put off. Does not block. */
    abstract void hurry();

    /** Makes durable what is applied, and that it is everything up to there; blocks. */
    abstract void persist(LogPosition upTo);

    /**
     * Fetches from the leader what is behind, lost or damaged, durably; blocks.
     *
     * @param first the first entry that the leader's log still has
     */
    abstract void fetch(NodeId leader, long first) throws IOException;

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        getLifeCycle().startAndTransition(this::readPosition);
    }

    private synchronized void readPosition() {
        life++;
        LogPosition position = position();
        if (position.index() > 0) {
            TermIndex there = TermIndex.valueOf(position.term(), position.index());
            snapshot = there;
            setLastAppliedTermIndex(there);
            reached.advance(position.index());
        }
    }

    /** Done once everything up to that index of the log is applied here. */
    CompletableFuture<Void> reached(long index) {
        CompletableFuture<Void> there = reached.reached(index);
        if (!there.isDone()) {
            hurry();
        }
        return there;
    }

    /** Tells of commits from now on, for as long as the listener is alive. */
    void whenCommitted(Runnable committed, BooleanSupplier alive) {
        listeners.removeIf(listener -> !listener.alive.getAsBoolean());
        listeners.add(new Listener(committed, alive));
    }

    /** Tells where the log could not be written: nothing more comes to it until it is opened anew. */
    void whenLogFailed(Runnable told) {
        logFailed = told;
    }

    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        log.debug("the log could not be written group={}", getGroupId(), cause);
        logFailed.run();
    }

    /** Ratis does so before a new leader takes entries. */
    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        if (leader.equals(member.getPeerId())) {
            elected.incrementAndGet();
        }
    }

    /** How often this node came to lead since the log was opened. */
    final long elected() {
        return elected.get();
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto logged = transaction.getLogEntry();
        Applied begun = apply(
                new LogPosition(logged.getTerm(), logged.getIndex()),
                logged.getStateMachineLogEntry().getLogData().toByteArray(),
                transaction.getServerRole() == RaftPeerRole.LEADER);
        // whoever came to wait before it was put off could not hurry it
        if (reached.isAwaited()) {
            hurry();
        }
        passed(logged.getTerm(), logged.getIndex(), begun.seen());
        return begun.answer();
    }

    /** The group's own entries change no database, but come after those that do. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        passed(term, index, CompletableFuture.completedFuture(null));
    }

    private void passed(long term, long index, CompletableFuture<?> seen) {
        int now = life();
        applied = applied.thenCombine(seen, (_, _) -> {
            advance(now, term, index);
            return null;
        });
        listeners.forEach(listener -> listener.committed.run());
    }

    private synchronized int life() {
        return life;
    }

    /** Databases that were fetched are further than what was under way. */
    private void advance(int begun, long term, long index) {
        synchronized (this) {
            if (begun != life) {
                return;
            }
            updateLastAppliedTermIndex(term, index);
        }
        reached.advance(index);
    }

    /** The log here ends before that of the leader begins. The entry is that beginning. */
    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex first) {
        NodeId leader = new NodeId(
                role.getFollowerInfo().getLeaderInfo().getId().getId().toStringUtf8());
        CompletableFuture<TermIndex> fetched = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                log.info("what is behind is fetched group={} leader={} from={}", getGroupId(), leader.value(), first);
                fetch(leader, first.getIndex());
                LogPosition there = position();
                persist(there);
                // Ratis takes null for: none is there, or needed
                fetched.complete(there.index() == 0 ? null : TermIndex.valueOf(there.term(), there.index()));
            } catch (IOException | RuntimeException e) {
                log.warn("what is behind could not be fetched and is tried again group={}", getGroupId(), e);
                CompletableFuture.delayedExecutor(RETRY_MS, TimeUnit.MILLISECONDS)
                        .execute(() -> fetched.completeExceptionally(e));
            }
        });
        return fetched;
    }

    /** Ratis does so before it has the databases read anew. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() {
        applied = CompletableFuture.completedFuture(null);
        getLifeCycle().startAndTransition(this::readPosition);
    }

    /** Whether this node takes part in the group. */
    boolean isRunning() {
        return !getLifeCycleState().isClosingOrClosed();
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex position = getLastAppliedTermIndex();
        try {
            persist(new LogPosition(position.getTerm(), position.getIndex()));
        } catch (StoreException e) {
            throw new IOException(e);
        }
        snapshot = position;
        return position.getIndex();
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        TermIndex position = snapshot;
        return position == null ? null : new DatabaseSnapshot(position);
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose();
    }
}
