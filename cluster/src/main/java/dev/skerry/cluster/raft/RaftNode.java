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
import dev.skerry.cluster.placement.SlotMap;
import dev.skerry.cluster.placement.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final CatalogDigests catalogDigests;
    private final SlotMender mender;
    private final LostLogs lost;
    private final Map<RaftGroupId, SlotGroup> machines = new ConcurrentHashMap<>();
    private volatile @Nullable CatalogGroup catalogMachine;
    private final Supplier<Topology> topology;
    private final LogRoutes routes;
    private final CommonLog common;
    private final Groups slotGroups;
    private final List<ReadBarrier> barriers;
    private final CommandCodec codec = new CommandCodec();
    private final Ports ports;
    private volatile boolean closed;

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
        this.slotGroups = topology.get().map().groups();
        this.routes = new LogRoutes(topology);
        Map<RaftGroupId, List<SlotId>> slotsOf = slotGroups.all().stream()
                .collect(Collectors.toMap(group -> routes.own(group).id(), slotGroups::slotsOf));
        this.transfer = new DatabaseTransfer(ports.calls(), ports.replicas(), ports.catalogReplica(), ports.executor());
        this.digests = new TakenDigests(ports.replicas(), ports.calls(), ports.executor());
        this.catalogDigests = new CatalogDigests(ports.calls(), this::fetchCatalogAnew);
        this.member = new RaftMember(
                ports.self(), ports.folder(), ports.calls(), id -> machine(id, slotsOf), ports.executor(), timing);
        this.lost = new LostLogs(ports.self(), ports.folder(), member, this::applied);
        this.common = new CommonLog(ports, routes, member, lost, () -> closed);
        this.mender = new SlotMender(ports.metadata(), this::holders, this::mend, ports.threads());
        this.barriers = slotGroups.all().stream()
                .map(group -> new ReadBarrier(() -> catchUp(group)))
                .toList();
    }

    /** Where the log that all groups share ends meanwhile, what the group's own has acknowledged counts as well. */
    private CompletableFuture<Void> catchUp(PlacementGroup group) {
        RaftGroupId asked = routes.of(group).id();
        return member.catchUp(asked).thenCompose(_ -> {
            RaftGroupId now = routes.of(group).id();
            return now.equals(asked) ? CompletableFuture.completedFuture(null) : member.catchUp(now);
        });
    }

    private RaftMember.Group group(SlotId slot) {
        return routes.of(slot);
    }

    /** Up to which index this node's databases have what a log has, as far as any of them. */
    private long applied(RaftGroupId id) {
        if (id.equals(routes.catalog().id())) {
            return ports.catalogReplica().position().index();
        }
        Stream<SlotId> slots = slotGroups.all().stream()
                .filter(group -> id.equals(routes.common().id())
                        || id.equals(routes.own(group).id()))
                .flatMap(group -> slotGroups.slotsOf(group).stream());
        long furthest = slots.filter(ports.replicas()::inService)
                .mapToLong(slot -> ports.replicas().position(slot).index())
                .max()
                .orElse(0);
        // behind the end of the common log they go on in the groups' own
        long end = common.there().map(LogPosition::index).orElse(Long.MAX_VALUE);
        return id.equals(routes.common().id()) ? Math.min(furthest, end) : furthest;
    }

    private ReadBarrier barrier(SlotId slot) {
        return barriers.get(slotGroups.of(slot).value());
    }

    private StateMachine machine(RaftGroupId id, Map<RaftGroupId, List<SlotId>> slotsOf) {
        if (id.equals(routes.catalog().id())) {
            CatalogGroup catalog =
                    new CatalogGroup(ports.catalogReplica(), codec, ports.threads(), transfer, catalogDigests);
            catalogMachine = catalog;
            return catalog;
        }
        SlotGroup machine = id.equals(routes.common().id())
                ? new CommonGroup(common.slots(), ports.replicas(), codec, transfer, digests, common)
                : new SlotGroup(slotsOf.getOrDefault(id, List.of()), ports.replicas(), codec, transfer, digests);
        machines.put(id, machine);
        return machine;
    }

    /**
     * Says that this node was part of the cluster and lost its logs, whichever they were: it enters its groups anew.
     * Before the start.
     */
    public void lostLogs() throws IOException {
        for (RaftGroupId group : routes.all()) {
            lost.mark(group, true);
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
        if (routes.isCommon()) {
            SlotGroup.beginAfter(common.slots(), ports.replicas());
        } else {
            slotGroups.all().forEach(group -> SlotGroup.beginAfter(slotGroups.slotsOf(group), ports.replicas()));
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
        common.beginBehind();
        member.start();
        RaftMember.Group catalog = routes.catalog();
        if (!lost.isLost(catalog)) {
            member.join(catalog);
        } else if (!lost.enterAnew(catalog, stopping) || !awaitCaughtUp(catalog, stopping)) {
            return;
        }
        while (!stopping.getAsBoolean() && !joinGroups(stopping)) {
            log.info("the groups' logs have become others meanwhile");
        }
        forgetWhatIsNotMissed();
        mender.start();
    }

    /**
     * Takes part in the placement groups' logs, as the topology has them by now.
     *
     * @return whether they are the same still
     */
    private boolean joinGroups(BooleanSupplier stopping) throws IOException, InterruptedException {
        common.giveUpWhatWasMissed();
        boolean shared = routes.isCommon();
        List<RaftMember.Group> anew = new ArrayList<>();
        for (RaftMember.Group group : mine()) {
            if (lost.isLost(group)) {
                anew.add(group);
            } else {
                common.open(group);
            }
        }
        for (RaftMember.Group group : learnt()) {
            if (lost.isLost(group)) {
                anew.add(group);
            } else if (!member.groups().contains(group.id())) {
                member.enter(group.id());
            }
        }
        if (common.isWanted()) {
            common.open(routes.common());
        }
        for (RaftMember.Group group : anew) {
            lost.enterAnew(group, () -> stopping.getAsBoolean() || routes.isCommon() != shared);
        }
        return routes.isCommon() == shared;
    }

    /** Of logs that this node is not to have it has lost nothing, once it is clear which those are. */
    private void forgetWhatIsNotMissed() throws IOException {
        if (routes.map().logs() == SlotMap.Logs.SPLITTING
                && routes.common().nodes().contains(ports.self())) {
            return;
        }
        List<RaftGroupId> ours = Stream.concat(mine().stream(), learnt().stream())
                .map(RaftMember.Group::id)
                .toList();
        for (RaftGroupId group : routes.all()) {
            if (!ours.contains(group) && !group.equals(routes.catalog().id())) {
                lost.mark(group, false);
            }
        }
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

    private void fetchCatalogAnew(NodeId node) {
        CatalogGroup machine = catalogMachine;
        if (machine != null) {
            machine.fetchAnew(node);
        }
    }

    /** The groups that this node is being filled with, itself among those who keep them. */
    private List<RaftMember.Group> learnt() {
        return routes.map().eachLog().stream()
                .filter(each -> each.learners().contains(ports.self()))
                .map(each -> new RaftMember.Group(
                        routes.of(each.group()).id(),
                        Stream.concat(each.replicas().stream(), Stream.of(ports.self()))
                                .toList()))
                .toList();
    }

    /** The placement groups' logs that this node keeps. */
    private List<RaftMember.Group> mine() {
        return (routes.isCommon()
                        ? Stream.of(routes.common())
                        : slotGroups.all().stream().map(routes::own))
                .filter(group -> group.nodes().contains(ports.self()))
                .toList();
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
        if (!awaitCaughtUp(routes.catalog(), stopping)) {
            return false;
        }
        while (true) {
            boolean shared = routes.isCommon();
            for (RaftMember.Group group : mine()) {
                if (!awaitCaughtUp(group, stopping)) {
                    return false;
                }
            }
            if (routes.isCommon() == shared) {
                return true;
            }
        }
    }

    private boolean awaitCaughtUp(RaftMember.Group group, BooleanSupplier stopping) throws InterruptedException {
        long said = System.nanoTime();
        CompletableFuture<Void> passing = member.catchUp(group.id());
        while (!stopping.getAsBoolean()) {
            try {
                passing.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException _) {
                // still under way; what it waits for may be another log by then
                settleCommonLog();
                if (!isOurs(group)) {
                    return true;
                }
            } catch (ExecutionException e) {
                if (!isOurs(group)) {
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

    private boolean isOurs(RaftMember.Group group) {
        return group.id().equals(routes.catalog().id())
                ? routes.catalog().nodes().contains(ports.self())
                : mine().stream().anyMatch(each -> each.id().equals(group.id()));
    }

    private void settleCommonLog() {
        try {
            common.settle();
        } catch (IOException e) {
            log.warn("the log that all groups shared cannot be left yet reason={}", e.getMessage());
        }
    }

    /** The logs of the placement groups, for who changes who keeps them. */
    public GroupLogs logs() {
        return new GroupLogs(ports, member, topology, routes, common);
    }

    /** The commit log over the placement groups. */
    public RaftCommitLog commitLog() {
        return new RaftCommitLog(member, this::group, this::ended, codec);
    }

    private void ended(RaftGroupId log) {
        if (log.equals(routes.common().id())) {
            routes.commonEnded();
        }
    }

    /** The catalog over its group. */
    public RaftCatalog catalog() {
        return new RaftCatalog(member, routes::catalog, ports.catalog(), codec);
    }

    /** The slots over their groups. */
    public CaughtUpMetadata metadata() {
        return new CaughtUpMetadata(ports.metadata(), this::barrier);
    }

    /** Compares replicas. */
    public ReplicaComparison comparison() {
        return new ReplicaComparison(
                member, this::group, routes::catalog, ports.calls(), ReplicaComparison.Patience.DEFAULT);
    }

    /** Whether this node leads the catalog's group at present, as far as it knows. */
    public boolean leadsCatalog() {
        return member.leads(routes.catalog().id());
    }

    /** Whether the log that changes the placement groups here is one for all. */
    public boolean sharesLog() {
        return routes.isCommon();
    }

    /** How the log that changes a group looks from here, of the catalog where null; nothing where it is not here. */
    public Optional<GroupStatus> status(@Nullable PlacementGroup group) {
        try {
            return member.status((group == null ? routes.catalog() : routes.of(group)).id());
        } catch (IllegalStateException _) {
            // what Ratis throws of a log that is being opened
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        closed = true;
        mender.close();
        transfer.close();
        try {
            member.close();
        } catch (IOException e) {
            log.warn("the logs were not closed in order", e);
        }
    }
}
