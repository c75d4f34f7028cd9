package dev.skerry.cluster.raft;

import dev.skerry.blob.part.OwnerOnly;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.apache.ratis.protocol.RaftGroupId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node that lost its log of a group becomes a member again, and one that joins the cluster for the first time. It
 * must not vote: it may have forgotten what it agreed to, and with it a minority could take back what a majority
 * acknowledged. So the others make do without it first, which takes a majority of them; then it enters the group as if
 * it were new, is brought up to date, and votes.
 *
 * <p>A mark beside the logs says that a group is lost, until all that is done. A crash before begins anew, which does
 * no harm: what it then forgets once more it is no voter with.
 */
final class LostLogs {
    private static final Logger log = LoggerFactory.getLogger(LostLogs.class);
    private static final String MARK = "lost-";
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration WORD_EVERY = Duration.ofSeconds(10);

    private final NodeId self;
    private final Path folder;
    private final RaftMember member;
    private final ToLongFunction<RaftGroupId> applied;
    private final ReentrantLock entering = new ReentrantLock();

    /**
     * Those of one node.
     *
     * @param applied up to which index the databases have what a log has
     */
    LostLogs(NodeId self, Path folder, RaftMember member, ToLongFunction<RaftGroupId> applied) {
        this.self = self;
        this.folder = folder;
        this.member = member;
        this.applied = applied;
    }

    /** Whether somebody said that this node's log of the group is lost. */
    boolean isMarked(RaftGroupId group) {
        return Files.exists(mark(group));
    }

    /**
     * Whether this node's log of the group is lost, as somebody marked it or as it looks. Reads all of it the first
     * time, unless it is in use.
     *
     * @throws IOException where it is, and nobody else is in the group; then a backup is needed
     */
    boolean isLost(RaftMember.Group group) throws IOException {
        RaftGroupId id = group.id();
        if (!Files.exists(mark(id))) {
            Optional<String> reason = member.uselessLog(id, applied.applyAsLong(id));
            if (reason.isPresent() && group.nodes().equals(List.of(self))) {
                throw new IOException("the log of group " + id + " is no use: " + reason.get()
                        + "; no other node has it, so restore this node's data from a backup");
            }
            if (reason.isPresent()) {
                log.error("the log of a group is given up group={} reason={}", id, reason.get());
                mark(id, true);
            }
        }
        return Files.exists(mark(id));
    }

    /** Says that this node's log of the group is lost; durable. */
    void mark(RaftGroupId group, boolean lost) throws IOException {
        Path mark = mark(group);
        if (lost && !Files.exists(mark)) {
            Files.createFile(mark, OwnerOnly.file(mark));
        } else if (!lost) {
            Files.deleteIfExists(mark);
        }
    }

    private Path mark(RaftGroupId group) {
        return folder.resolve(MARK + group.getUuid());
    }

    /**
     * Makes this node a member again, unless its log is not lost any more. Blocks for as long as a majority of the
     * others is away, and for as long as this is done for another group: of two that did it for the same, one would
     * leave the group again after the other has entered it.
     *
     * @param stopping whether to give up
     * @return whether it is one; not where it was given up
     */
    boolean enterAnew(RaftMember.Group group, BooleanSupplier stopping) throws InterruptedException {
        while (!entering.tryLock(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
            if (stopping.getAsBoolean()) {
                return false;
            }
        }
        try {
            return !isMarked(group.id()) || enter(group, stopping);
        } finally {
            entering.unlock();
        }
    }

    private boolean enter(RaftMember.Group group, BooleanSupplier stopping) throws InterruptedException {
        RaftMember.Group others = new RaftMember.Group(
                group.id(),
                group.nodes().stream().filter(node -> !node.equals(self)).toList());
        log.info("this node has no log of a group to go on with and becomes a member anew group={}", group.id());
        boolean entered = false;
        long said = System.nanoTime();
        while (!stopping.getAsBoolean()) {
            try {
                if (!entered) {
                    withdraw(others);
                    member.leave(group.id());
                    member.enter(group.id());
                    entered = true;
                }
                member.changeMembers(others, withThis(member.members(others), group), STEP);
                mark(group.id(), false);
                log.info("this node is a member again group={}", group.id());
                return true;
            } catch (IOException e) {
                if (System.nanoTime() - said > WORD_EVERY.toNanos()) {
                    said = System.nanoTime();
                    log.warn("becoming a member anew takes long group={} reason={}", group.id(), e.getMessage());
                }
                Thread.sleep(PAUSE);
            }
        }
        return false;
    }

    /** Besides those that the group has by now: others may have come and gone since this node heard of them. */
    private List<NodeId> withThis(List<NodeId> voters, RaftMember.Group group) {
        Set<NodeId> all = new LinkedHashSet<>(group.nodes());
        all.removeIf(node -> !node.equals(self) && !voters.contains(node));
        all.addAll(voters);
        return List.copyOf(all);
    }

    private void withdraw(RaftMember.Group others) throws IOException, InterruptedException {
        List<NodeId> voters = member.members(others);
        if (voters.contains(self)) {
            member.changeMembers(
                    others, voters.stream().filter(node -> !node.equals(self)).toList(), STEP);
        }
    }
}
