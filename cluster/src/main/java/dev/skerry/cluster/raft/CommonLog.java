package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.SlotMap.Logs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in the log that all placement groups share as long as they are on the same nodes, and what becomes
 * of it when they go different ways: an entry ends it, and on each node the groups' own logs begin behind that. A node
 * that cannot come to that entry any more enters the groups' own logs as one that lost them. Safe for use by many
 * threads.
 */
final class CommonLog implements CommonGroup.Ending {
    private static final Logger log = LoggerFactory.getLogger(CommonLog.class);

    private final NodeId self;
    private final Path folder;
    private final LogRoutes routes;
    private final SlotReplicas replicas;
    private final RaftMember member;
    private final LostLogs lost;
    private final Executor executor;
    private final BooleanSupplier stopping;
    private final AtomicBoolean missing = new AtomicBoolean();

    /** Held while it is put on disk whether this node has come to the end. */
    private final Object writing = new Object();

    /** Held while the log is closed, which may wait for what {@link #goOn} does. */
    private final Object leaving = new Object();

    private volatile Optional<CommonLogEnd> end;

    /**
     * Reads what there is.
     *
     * @param stopping whether to give up what takes long
     */
    CommonLog(RaftNode.Ports ports, LogRoutes routes, RaftMember member, LostLogs lost, BooleanSupplier stopping)
            throws IOException {
        this.self = ports.self();
        this.folder = ports.folder();
        this.routes = routes;
        this.replicas = ports.replicas();
        this.member = member;
        this.lost = lost;
        this.executor = ports.executor();
        this.stopping = stopping;
        this.end = CommonLogEnd.read(folder);
        end.ifPresent(there -> routes.commonEnded(there.keepers()));
    }

    @Override
    public Optional<LogPosition> there() {
        return end.map(CommonLogEnd::at).filter(at -> at.index() > 0);
    }

    @Override
    public void write(CommonLogEnd reached) throws IOException {
        synchronized (writing) {
            reached.write(folder);
            end = Optional.of(reached);
        }
    }

    @Override
    public void goOn() throws IOException {
        end.ifPresent(there -> routes.commonEnded(there.keepers()));
        for (RaftMember.Group own : own()) {
            // one that was lost is not gone on with as if it were new: what it agreed to is forgotten
            if (!lost.isMarked(own.id())) {
                open(own);
            }
        }
        if (isAnyOwnLost()) {
            miss();
        }
    }

    /** Takes part in a group, unless this node does already. */
    synchronized void open(RaftMember.Group group) throws IOException {
        if (!member.groups().contains(group.id())) {
            member.join(group);
        }
    }

    /**
     * Has the slots be behind the end, where this node has come to it. One that was out of service then, and is in
     * service again, lacks what was before it, and is set aside. Blocks. Before the start.
     */
    void beginBehind() throws IOException {
        CommonLogEnd there = end.orElse(null);
        if (there == null || there.at().index() == 0) {
            return;
        }
        long before = there.at().index() - 1;
        for (SlotId slot : slots()) {
            long index = replicas.position(slot).index();
            boolean lacking = there.begun() ? index > 0 && index <= before + 1 : index < before;
            if (replicas.inService(slot) && lacking) {
                replicas.setAside(slot, "it did not come to the end of the log that all groups shared");
            }
        }
        if (!there.begun()) {
            CommonGroup.beginBehind(slots(), replicas, there.at());
            write(there.hasBegun());
        }
    }

    /** All slots. */
    List<SlotId> slots() {
        return routes.groups().all().stream()
                .flatMap(group -> routes.groups().slotsOf(group).stream())
                .toList();
    }

    /** Whether this node has a log that ended, which others may still want to come to the end of. */
    boolean isWanted() throws IOException {
        return there().isPresent() && isThere() && routes.map().logs() != Logs.OWN && !lost.isLost(routes.common());
    }

    private boolean isThere() {
        return LogFolders.isThere(folder, routes.common().id());
    }

    /**
     * Gives this node's part in the log up where it cannot come to its end any more: because it was away while the
     * others left it, or lost what it had while they ended it. Its groups' own logs are said to be lost then. To be
     * asked where the topology is known, and before the log is opened. Durable once this returns.
     */
    void giveUpWhatWasMissed() throws IOException, InterruptedException {
        Logs logs = routes.map().logs();
        boolean without = lost.isLost(routes.common());
        if (end.isPresent()) {
            if (there().isEmpty() || without) {
                leave();
            }
        } else if (logs == Logs.OWN ? without || isThere() : without && isElsewhere()) {
            giveUp();
            leave();
        }
    }

    /** First that it has none of its own logs, then that it has to do with the common one no more. */
    private void giveUp() throws IOException {
        if (isThere()) {
            log.warn("this node did not come to the end of the log that all groups shared, and enters their own");
        }
        for (RaftMember.Group own : own()) {
            lost.mark(own.id(), true);
        }
        synchronized (writing) {
            // it may have come to the end at this very moment
            if (end.isEmpty()) {
                write(new CommonLogEnd(LogPosition.START, routes.common().nodes(), true));
            }
        }
        routes.commonEnded();
    }

    private void leave() throws IOException {
        synchronized (leaving) {
            if (isThere()) {
                member.leave(routes.common().id());
            }
            lost.mark(routes.common().id(), false);
        }
    }

    /** The groups' own logs, of those that this node has. */
    private List<RaftMember.Group> own() {
        return routes.groups().all().stream()
                .map(routes::own)
                .filter(group -> group.nodes().contains(self))
                .toList();
    }

    private boolean isAnyOwnLost() {
        return own().stream().anyMatch(own -> lost.isMarked(own.id()));
    }

    /** See {@link GroupLogs#settleCommonLog}. */
    void settle() throws IOException {
        if (end.isPresent() && isAnyOwnLost()) {
            miss();
        } else if (routes.map().logs() != Logs.OWN || !isThere()) {
            return;
        } else if (end.isEmpty()) {
            miss();
        } else {
            log.info("the log that all groups shared is wanted by nobody any more");
            leave();
        }
    }

    /** By then the groups' own logs have a leader, which they have only once a majority has come to the end. */
    @Override
    public boolean isElsewhere() throws InterruptedException {
        if (routes.map().logs() == Logs.COMMON) {
            return false;
        }
        try {
            member.members(routes.own(routes.groups().all().getFirst()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public boolean stops() {
        return stopping.getAsBoolean();
    }

    @Override
    public void miss() {
        if (missing.compareAndSet(false, true)) {
            executor.execute(this::enterOwn);
        }
    }

    /** The common log is left last: it may wait for slots that the groups' own logs fetch. */
    private void enterOwn() {
        try {
            if (end.isEmpty() && (isThere() || lost.isMarked(routes.common().id()))) {
                giveUp();
            }
            for (RaftMember.Group own : own()) {
                if (lost.isMarked(own.id())) {
                    lost.enterAnew(own, stopping);
                }
            }
            if (there().isEmpty()) {
                leave();
            }
        } catch (IOException | RuntimeException e) {
            log.error("this node cannot enter its groups' own logs yet, it is tried again", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            missing.set(false);
        }
    }

    /** See {@link GroupVoters#split}. */
    void split(List<NodeId> keepers) throws IOException {
        if (there().isPresent()) {
            return;
        }
        try {
            member.submit(routes.common(), CommandCodec.end(keepers)).join();
        } catch (CompletionException e) {
            throw new IOException("the log that all groups share was not ended: " + e.getMessage(), e);
        }
    }
}
