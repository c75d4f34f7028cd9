package dev.skerry.cluster.raft;

import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.NodeCalls;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.Topology;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.statemachine.StateMachine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node of a cluster has in place of a single node's log: the Raft groups of the catalog and of the placement
 * groups, and the store's ports over them.
 */
public final class RaftNode implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RaftNode.class);
    private static final Duration WORD_EVERY = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(100);

    private final RaftMember member;
    private final DatabaseTransfer transfer;
    private final TakenDigests digests;
    private final SlotMender mender;
    private final LostLogs lost;
    private final Map<RaftGroupId, SlotGroup> machines = new ConcurrentHashMap<>();
    private final Supplier<Topology> topology;
    private final Groups slotGroups;
    private final RaftGroupId catalogId;
    private final List<RaftGroupId> groupIds;
    private final List<ReadBarrier> barriers;
    private final CommandCodec codec = new CommandCodec();
    private final Ports ports;

    /**
     * What the node stands on.
     *
     * @param self who it is
     * @param folder where the logs are
     * @param calls carries what the members say
     * @param replicas this node's copies of the slots
     * @param catalogReplica this node's copy of the catalog
     * @param catalog reads that copy
     * @param metadata reads the copies of the slots
     * @param executor runs what other members ask for and blocks
     * @param threads makes platform threads
     */
    public record Ports(
            NodeId self,
            Path folder,
            NodeCalls calls,
            SlotReplicas replicas,
            CatalogReplica catalogReplica,
            Catalog catalog,
            MetadataStore metadata,
            Executor executor,
            ThreadFactory threads) {}

    /**
     * Joins the groups; {@link #start} begins.
     *
     * @param topology who is in which group at each moment; always of the same cluster and groups; does not block
     * @throws IOException if the logs cannot be read
     */
    public RaftNode(Ports ports, Supplier<Topology> topology, RaftMember.Timing timing) throws IOException {
        this.ports = ports;
        this.topology = topology;
        Topology now = topology.get();
        this.slotGroups = now.map().groups();
        this.catalogId = id(now.clusterId(), "catalog");
        this.groupIds = slotGroups.all().stream()
                .map(group -> id(now.clusterId(), "group-" + group.value()))
                .toList();
        Map<RaftGroupId, List<SlotId>> slotsOf = slotGroups.all().stream()
                .collect(Collectors.toMap(group -> groupIds.get(group.value()), slotGroups::slotsOf));
        this.transfer = new DatabaseTransfer(ports.calls(), ports.replicas(), ports.catalogReplica(), ports.executor());
        this.digests = new TakenDigests(ports.replicas(), ports.calls(), ports.executor());
        this.member = new RaftMember(
                ports.self(), ports.folder(), ports.calls(), id -> machine(id, slotsOf), ports.executor(), timing);
        this.lost = new LostLogs(ports.self(), ports.folder(), member);
        this.mender = new SlotMender(ports.metadata(), this::holders, this::mend, ports.threads());
        this.barriers = groupIds.stream()
                .map(group -> new ReadBarrier(() -> member.catchUp(group)))
                .toList();
    }

    private static RaftGroupId id(String clusterId, String name) {
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes((clusterId + "/" + name).getBytes(StandardCharsets.UTF_8)));
    }

    /** The group of the catalog, which every node is in; the first leads by preference. */
    private RaftMember.Group catalogGroup() {
        return new RaftMember.Group(catalogId, topology.get().nodes());
    }

    private RaftMember.Group group(SlotId slot) {
        return group(slotGroups.of(slot));
    }

    private RaftMember.Group group(PlacementGroup group) {
        return new RaftMember.Group(
                groupIds.get(group.value()), topology.get().map().of(group).replicas());
    }

    private ReadBarrier barrier(SlotId slot) {
        return barriers.get(slotGroups.of(slot).value());
    }

    private StateMachine machine(RaftGroupId id, Map<RaftGroupId, List<SlotId>> slotsOf) {
        if (id.equals(catalogId)) {
            return new CatalogGroup(ports.catalogReplica(), codec, ports.threads(), transfer);
        }
        SlotGroup machine =
                new SlotGroup(slotsOf.getOrDefault(id, List.of()), ports.replicas(), codec, transfer, digests);
        machines.put(id, machine);
        return machine;
    }

    /** Says that this node was part of the cluster and lost its logs: it enters its groups anew. Before the start. */
    public void lostLogs() throws IOException {
        for (RaftMember.Group group : mine()) {
            lost.mark(group.id(), true);
        }
        for (RaftMember.Group group : learnt()) {
            // the log may have made it a voter already
            lost.mark(group.id(), true);
        }
    }

    /**
     * Says that no log has what this node's databases have: each of its logs begins after them, so that other nodes
     * fetch them whole. For a node that is the only one of its cluster and has no logs. Durable once this returns; done
     * again after a crash it does no harm. Blocks. Before the start.
     *
     * @throws dev.skerry.blob.failure.StoreException if a slot is out of service, or the disk fails; then nothing may
     *     be started
     */
    public void beginAfterDatabases() {
        for (PlacementGroup group : slotGroups.all()) {
            SlotGroup.beginAfter(slotGroups.slotsOf(group), ports.replicas());
        }
        ports.catalogReplica().advance(after(ports.catalogReplica().position()));
    }

    /** Behind all that databases have from a log that is no more; no leader put it there. */
    static LogPosition after(LogPosition furthest) {
        return new LogPosition(0, furthest.index() + 1);
    }

    /**
     * Begins to take part in the groups this node is in. Where its log of one is lost, it blocks for as long as a
     * majority of the others is away.
     *
     * @param stopping whether to give up
     */
    public void start(BooleanSupplier stopping) throws IOException, InterruptedException {
        member.start();
        List<RaftMember.Group> anew = new ArrayList<>();
        for (RaftMember.Group group : mine()) {
            if (lost.isLost(group.id())) {
                anew.add(group);
            } else {
                member.join(group);
            }
        }
        for (RaftMember.Group group : learnt()) {
            if (lost.isLost(group.id())) {
                anew.add(group);
            } else {
                member.enter(group.id());
            }
        }
        for (RaftMember.Group group : anew) {
            lost.enterAnew(group, stopping);
        }
        mender.start();
    }

    /** Who else has a slot; whoever leads first. */
    private List<NodeId> holders(SlotId slot) {
        RaftMember.Group group = group(slot);
        NodeId leader = member.status(group.id()).map(GroupStatus::leader).orElse(null);
        return group.nodes().contains(ports.self())
                ? group.nodes().stream()
                        .filter(node -> !node.equals(ports.self()))
                        .sorted(Comparator.comparing(node -> !node.equals(leader)))
                        .toList()
                : List.of();
    }

    private void mend(SlotId slot, NodeId node) throws IOException {
        SlotGroup machine = machines.get(group(slot).id());
        if (machine != null) {
            machine.mend(slot, node);
        }
    }

    /** The groups that this node is being filled with, itself among those who keep them. */
    private List<RaftMember.Group> learnt() {
        return topology.get().map().assignments().stream()
                .filter(each -> each.learners().contains(ports.self()))
                .map(each -> new RaftMember.Group(
                        groupIds.get(each.group().value()),
                        Stream.concat(each.replicas().stream(), Stream.of(ports.self()))
                                .toList()))
                .toList();
    }

    private List<RaftMember.Group> mine() {
        List<RaftMember.Group> mine = new ArrayList<>();
        mine.add(catalogGroup());
        slotGroups.all().forEach(group -> mine.add(group(group)));
        mine.removeIf(group -> !group.nodes().contains(ports.self()));
        return mine;
    }

    /**
     * Waits until every group of this node has a leader and this node is as far as it; says so now and then while it
     * takes. Blocks for as long as a majority is away. The catalog comes first: by it this node knows which groups are
     * its own still, and nobody brings it any further in the others.
     *
     * @param stopping whether to give up
     * @return whether it is there; not where it was given up
     */
    public boolean awaitCaughtUp(BooleanSupplier stopping) throws InterruptedException {
        for (RaftMember.Group group : mine()) {
            if (!awaitCaughtUp(group, stopping)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitCaughtUp(RaftMember.Group group, BooleanSupplier stopping) throws InterruptedException {
        long said = System.nanoTime();
        CompletableFuture<Void> passing = member.catchUp(group.id());
        while (!stopping.getAsBoolean()) {
            try {
                passing.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException _) {
                // still under way
            } catch (ExecutionException e) {
                if (mine().stream().noneMatch(each -> each.id().equals(group.id()))) {
                    return true;
                }
                passing = member.catchUp(group.id());
                if (System.nanoTime() - said > WORD_EVERY.toNanos()) {
                    said = System.nanoTime();
                    log.warn(
                            "waiting for a majority of the nodes group={} nodes={} reason={}",
                            group.id(),
                            group.nodes(),
                            e.getMessage());
                }
            }
        }
        return false;
    }

    /** The logs of the placement groups, for who changes who keeps them. */
    public GroupLogs logs() {
        return new GroupLogs(ports, member, topology, group -> group == null ? catalogId : groupIds.get(group.value()));
    }

    /** The commit log over the placement groups. */
    public RaftCommitLog commitLog() {
        return new RaftCommitLog(member, this::group, codec);
    }

    /** The catalog over its group. */
    public RaftCatalog catalog() {
        return new RaftCatalog(member, this::catalogGroup, ports.catalog(), codec);
    }

    /** The slots over their groups. */
    public CaughtUpMetadata metadata() {
        return new CaughtUpMetadata(ports.metadata(), this::barrier);
    }

    /** Compares the replicas of slots. */
    public SlotComparison comparison() {
        return new SlotComparison(member, this::group, ports.calls(), SlotComparison.Patience.DEFAULT);
    }

    /** Whether this node leads the catalog's group at present, as far as it knows. */
    public boolean leadsCatalog() {
        return member.leads(catalogId);
    }

    /** How the log of a group looks from here, of the catalog where null; nothing where this node takes no part. */
    public Optional<GroupStatus> status(@Nullable PlacementGroup group) {
        try {
            return member.status(group == null ? catalogId : groupIds.get(group.value()));
        } catch (IllegalStateException _) {
            // what Ratis throws of a log that is being opened
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        mender.close();
        transfer.close();
        try {
            member.close();
        } catch (IOException e) {
            log.warn("the logs were not closed in order", e);
        }
    }
}
