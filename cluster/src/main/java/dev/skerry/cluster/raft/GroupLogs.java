package dev.skerry.cluster.raft;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.placement.SlotMap.Assignment;
import dev.skerry.cluster.placement.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.jspecify.annotations.Nullable;

/**
 * The logs of the placement groups while who keeps them changes: this node's own are opened and left, and all are asked
 * for their voters. Safe for use by many threads.
 */
public final class GroupLogs implements GroupVoters {
    private static final Duration CHANGE = Duration.ofMinutes(2);

    private final NodeId self;
    private final RaftMember member;
    private final Path folder;
    private final SlotReplicas replicas;
    private final Supplier<Topology> topology;
    private final LogRoutes routes;
    private final CommonLog common;

    GroupLogs(
            RaftNode.Ports ports, RaftMember member, Supplier<Topology> topology, LogRoutes routes, CommonLog common) {
        this.self = ports.self();
        this.member = member;
        this.folder = ports.folder();
        this.replicas = ports.replicas();
        this.topology = topology;
        this.routes = routes;
        this.common = common;
    }

    private RaftGroupId id(@Nullable PlacementGroup group) {
        return (group == null ? routes.catalog() : routes.of(group)).id();
    }

    /**
     * Brings this node's part in the log that all groups share, or shared, to where the topology has it: once no node
     * needs it any more it is deleted, and a node that did not come to its end enters the groups' own logs. Blocks;
     * does nothing where that is done.
     */
    public void settleCommonLog() throws IOException {
        common.settle();
    }

    @Override
    public void split(List<NodeId> keepers) throws IOException {
        common.split(keepers);
    }

    /** Whether this node has the group's log open: it can be made a voter, or is one. */
    public boolean isOpen(PlacementGroup group) {
        return member.status(id(group)).isPresent();
    }

    /** Whether this node has a log of the group that it did not take up at its start. */
    public boolean liesAside(PlacementGroup group) {
        return LogFolders.liesAside(folder, id(group));
    }

    /** Opens a log of which this node is to be a voter later on; see {@link RaftMember#enter}. Blocks. */
    public void enter(PlacementGroup group) throws IOException {
        member.enter(id(group));
    }

    /**
     * Leaves a group whose voters this node is none of, and deletes its log; it is no failure where there is none.
     * Blocks.
     *
     * @return whether it is left; not where this node votes still
     * @throws IOException if nobody says who votes, or the log cannot be deleted
     */
    public boolean leave(PlacementGroup group) throws IOException, InterruptedException {
        if (voters(group).contains(self)) {
            return false;
        }
        member.leave(id(group));
        return true;
    }

    /** Whether this node has anything of the group: a log, or rows. */
    public boolean holds(PlacementGroup group) {
        return LogFolders.anything(folder, id(group))
                || slots(group).stream()
                        .anyMatch(slot -> replicas.position(slot).index() > 0);
    }

    /** Empties this node's databases of the group, which it must have left. Blocks. */
    public void erase(PlacementGroup group) {
        slots(group).forEach(replicas::erase);
    }

    private List<SlotId> slots(PlacementGroup group) {
        return topology.get().map().groups().slotsOf(group);
    }

    @Override
    public List<NodeId> voters(@Nullable PlacementGroup group) throws IOException, InterruptedException {
        return member.members(asked(group));
    }

    @Override
    public void change(@Nullable PlacementGroup group, List<NodeId> voters) throws IOException, InterruptedException {
        member.changeMembers(asked(group), voters, CHANGE);
    }

    /** Whoever should lead it, and then everybody: the document and the log may have parted for a moment. */
    private RaftMember.Group asked(@Nullable PlacementGroup group) {
        Topology now = topology.get();
        Set<NodeId> nodes = new LinkedHashSet<>();
        if (group != null) {
            Assignment assignment = now.map().of(group);
            nodes.addAll(assignment.replicas());
            nodes.addAll(assignment.learners());
        }
        nodes.addAll(now.nodes());
        return new RaftMember.Group(id(group), List.copyOf(nodes));
    }
}
