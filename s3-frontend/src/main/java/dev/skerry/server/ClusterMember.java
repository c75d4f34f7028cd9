package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.admin.Metrics;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.CatalogReplica;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.OwnerOnly;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.failure.DetectorSettings;
import dev.skerry.cluster.failure.Liveness;
import dev.skerry.cluster.heal.CatchUpPlace;
import dev.skerry.cluster.heal.ExpectedParts;
import dev.skerry.cluster.heal.PartCatchUp;
import dev.skerry.cluster.parts.ReplicatedPartStore;
import dev.skerry.cluster.parts.ReplicationSettings;
import dev.skerry.cluster.peer.HttpNodeCalls;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.cluster.peer.PeerListener;
import dev.skerry.cluster.placement.ClusterMap.Member;
import dev.skerry.cluster.placement.Groups;
import dev.skerry.cluster.placement.SlotMapPlacement;
import dev.skerry.cluster.placement.Topology;
import dev.skerry.cluster.raft.KnownNodes;
import dev.skerry.cluster.raft.RaftCatalog;
import dev.skerry.cluster.raft.RaftMember;
import dev.skerry.cluster.raft.RaftNode;
import dev.skerry.cluster.registry.NodeRecord;
import dev.skerry.cluster.remote.EventsElsewhere;
import dev.skerry.cluster.remote.MetadataService;
import dev.skerry.cluster.remote.PlacedMetadata;
import dev.skerry.cluster.remote.RemoteMetadata;
import dev.skerry.cluster.topology.Admission;
import dev.skerry.cluster.topology.NodeReports;
import dev.skerry.cluster.topology.PlacedSlots;
import dev.skerry.cluster.topology.SharedTopology;
import dev.skerry.cluster.topology.Sighting;
import dev.skerry.cluster.topology.Sightings;
import dev.skerry.config.ClusterSettings;
import dev.skerry.metadata.SqliteReplicas;
import dev.skerry.notify.SharedDocuments;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in a cluster: what it says to the others, the logs it shares with them, its replicas of the slots,
 * and the store's ports over all that.
 */
final class ClusterMember implements Ground {
    private static final String RAFT_FOLDER = "raft";
    private static final String CATCH_UP_FILE = "catch-up.place";

    private static final long REPLACEMENT_MILLIS = 2000;
    private static final String REPLACED =
            "another machine has taken over this node's id (expected: an empty folder and"
                    + " an id of its own; or, where it is this machine that did, cluster.join)";

    private static final Logger log = LoggerFactory.getLogger(ClusterMember.class);

    private final Lifecycle lifecycle = new Lifecycle();
    private final ScheduledExecutorService timer;
    private final SharedTopology topology;
    private final PeerBook book;
    private final HttpNodeCalls calls;
    private final RaftNode raft;
    private final KnownNodes known;
    private final List<NodeId> others;
    private final boolean withoutLogs;
    private final boolean joining;
    private final int incarnation;
    private final Sightings sightings;
    private final @Nullable RegistryEntry registry;
    private final Doorway doorway;
    private final Moves moves;
    private final NodeReports reports;
    private final VerifyOrders verifying;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final CatalogReplica replica;
    private final RaftCatalog catalog;
    private final PlacedMetadata metadata;
    private final CommitLog commitLog;
    private final PlacementPolicy placement;
    private final ReplicatedPartStore parts;
    private final PartCatchUp catchUp;
    private final EventsElsewhere eventsElsewhere;
    private final PeerWatch watch;
    private final OwnReport report;
    private final ClusterStatus status;
    private final NodeId self;

    /**
     * What it stands on.
     *
     * @param databases this node's copy of the catalog, its replicas of the slots
     * @param parts on this node's disks
     * @param tls what listeners show, or null where they speak plain HTTP
     * @param threads makes virtual ones, which judge long messages
     * @param stopping whether to give up while a cluster is looked for
     */
    record Ports(
            NodeFolder node,
            Databases databases,
            FilePartStore parts,
            List<EventSink> sinks,
            Vertx vertx,
            @Nullable TlsCertificate tls,
            ThreadFactory threads,
            Metrics metrics,
            StoreListener listener,
            BooleanSupplier stopping) {}

    /**
     * Makes the node part of the cluster and joins its groups; nothing is served yet.
     *
     * @throws StartException if it cannot be part of it
     */
    ClusterMember(ClusterSettings settings, Ports ports) {
        self = new NodeId(ports.node().nodeId());
        replica = ports.databases().catalog();
        PeerListener listener = new PeerMetrics(ports.metrics());
        withoutLogs = isEmpty(folder(ports.node().first()));
        try {
            timer = Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("topology"));
            lifecycle.keep("topology thread", timer::shutdownNow);
            Arrival arrival = arrival(settings, listener, ports);
            joining = arrival instanceof Arrival.Joins;
            topology = topology(settings, arrival.topology(), ports);
            Topology now = topology.get();
            growth(ports).become(now);
            incarnation = now.members().incarnation(self);
            ports.node().form(now.clusterId(), incarnation);
            others = now.nodes().stream().filter(node -> !node.equals(self)).toList();
            PlacedSlots nodes = new PlacedSlots(self, topology);
            NodeWire wire = wire(settings, new PeerIdentity(now.clusterId(), self), listener, ports);
            calls = wire.calls();
            book = new PeerBook(settings, wire.addresses());
            book.take(now);
            known = new KnownNodes(self, calls, ports.databases().catalog());
            raft = lifecycle.keep("raft", raft(ports));
            catalog = raft.catalog();
            metadata = metadata(nodes, ports);
            commitLog = raft.commitLog();
            placement = new SlotMapPlacement(
                    now.map().groups(), () -> topology.get().map());
            parts = lifecycle.keep("parts on replicas", parts(nodes, ports));
            catchUp = lifecycle.keep("catch-up of parts", catchUp(nodes, ports));
            PartsMetrics.bindTo(ports.metrics(), catchUp);
            eventsElsewhere = lifecycle.keep("events of other nodes' slots", eventsElsewhere(ports));
            watch = lifecycle.keep("watch over other nodes", watch(now, ports.metrics()));
            moves = lifecycle.keep("moves of groups", moves(settings, ports));
            report = new OwnReport(new OwnReport.Ports(self, topology, raft, nodes, catchUp, moves, ports.metrics()));
            reports = reports(ports);
            sightings = new Sightings(calls, this::sighting);
            registry = registry(settings, now, wire, ports);
            verifying = lifecycle.keep(
                    "comparison of replicas",
                    new VerifyOrders(raft, now.map().groups(), commitLog::leads, ports.metrics()));
            status = new ClusterStatus(self, topology, reports, watch.detector(), registry);
            doorway = doorway(settings, listener, ports);
        } catch (RuntimeException | Error failure) {
            lifecycle.close();
            throw failure;
        }
    }

    private SharedTopology topology(ClusterSettings settings, Topology formed, Ports ports) {
        int slots = ports.node().slots();
        SharedTopology shared;
        try {
            shared = new SharedTopology(ports.databases().catalog(), formed, timer);
        } catch (IllegalArgumentException e) {
            throw new StartException("the topology in the catalog cannot be read: " + e.getMessage(), e);
        }
        lifecycle.keep("topology", shared);
        if (shared.get().map().groups().slots() != slots) {
            throw new StartException("storage.slots: " + slots + " (expected: "
                    + shared.get().map().groups().slots() + ", as in the whole cluster)");
        }
        if (shared.revision() > 0 && !shared.get().nodes().contains(self)) {
            throw new StartException("data folder " + ports.node().first() + ": node " + self.value()
                    + " has left the cluster (expected: an empty folder, and cluster.join for it to come back)");
        }
        if (shared.revision() == 0 && isHalfJoined(settings, shared.get(), ports.node())) {
            throw new StartException("data folder " + ports.node().first() + ": node " + self.value()
                    + " has begun to join a cluster (expected: cluster.join until it has)");
        }
        Formation.passedOver(settings, shared.get())
                .forEach(line -> log.warn("the cluster has formed and goes by its own topology: {}", line));
        return shared;
    }

    private boolean isHalfJoined(ClusterSettings settings, Topology formed, NodeFolder node) {
        return settings.nodes().isEmpty()
                && !joining
                && node.formed()
                && !node.clusterId().equals(formed.clusterId());
    }

    private Growth growth(Ports ports) {
        return new Growth(ports.node(), ports.databases(), withoutLogs);
    }

    /** How this node comes to be one of the cluster, unless it is already. */
    private Arrival arrival(ClusterSettings settings, PeerListener listener, Ports ports) {
        int slots = ports.node().slots();
        if (replica.document(SharedTopology.DOCUMENT).isPresent()) {
            return Arrival.alone(settings, self, slots);
        }
        if (!settings.join().urls().isEmpty()) {
            // before the others let it in
            growth(ports).refuseData();
        }
        Admission admission = new Admission(
                self.value(),
                settings.addressOf(self.value()).toString(),
                settings.zone(),
                settings.weight(),
                slots,
                settings.join().takeOver());
        return Arrival.of(
                settings,
                admission,
                () -> open(settings, Doorway.outside(settings, self), listener, ports),
                ports.vertx(),
                ports.stopping());
    }

    /** Its own configuration may say another address than the others know. */
    private @Nullable RegistryEntry registry(ClusterSettings settings, Topology now, NodeWire wire, Ports ports) {
        NodeRecord own = new NodeRecord(
                self, settings.addressOf(self.value()).toString(), settings.zone(), settings.weight(), now.clusterId());
        RegistryEntry entry = RegistryEntry.of(
                settings, own, topology, new RegistryEntry.Ports(ports.vertx(), ports.metrics(), wire));
        return entry == null ? null : lifecycle.keep("entry in the registry", entry);
    }

    private Sighting sighting(NodeId node) {
        return node.equals(self) ? new Sighting(Liveness.UP, incarnation) : watch.sighting(node);
    }

    private static NodeWire open(ClusterSettings settings, PeerIdentity identity, PeerListener listener, Ports ports) {
        return NodeWire.open(settings, identity, ports.tls(), ports.vertx(), listener, ports.threads());
    }

    private NodeWire wire(ClusterSettings settings, PeerIdentity identity, PeerListener listener, Ports ports) {
        PeerMetrics.bindTo(ports.metrics(), ports.tls());
        return lifecycle.keep("calls between nodes", open(settings, identity, listener, ports));
    }

    private Doorway doorway(ClusterSettings settings, PeerListener listener, Ports ports) {
        ExecutorService asked = Executors.newThreadPerTaskExecutor(ports.threads());
        lifecycle.keep("who asks to be let in", asked::shutdownNow);
        NodeWire inside = lifecycle.keep(
                "calls of nodes to be let in", open(settings, Doorway.inside(settings), listener, ports));
        Bootstrap.serve(inside.calls(), asked, this::formed, this::addresses);
        return new Doorway(inside, topology, catalog, this::isUp, sightings, asked);
    }

    /** The topology, unless it is no more than what this node is configured with. */
    private Optional<Topology> formed() {
        return topology.revision() > 0 ? Optional.of(topology.get()) : Optional.empty();
    }

    private Stream<String> addresses() {
        List<NodeRecord> listed = registry == null ? List.of() : registry.nodes();
        return Stream.concat(
                topology.get().members().members().stream().map(Member::address),
                listed.stream().map(NodeRecord::address));
    }

    private Moves moves(ClusterSettings settings, Ports ports) {
        return new Moves(
                new Moves.Ports(self, topology, calls, raft, catalog, catchUp, parts.own(), ports.threads()),
                settings.movePause());
    }

    private boolean isUp(NodeId node) {
        return node.equals(self) || watch.detector().of(node) == Liveness.UP;
    }

    private RaftNode raft(Ports ports) {
        ExecutorService asking = Executors.newCachedThreadPool(Assembly.platformThreads("raft"));
        lifecycle.keep("what other nodes ask for", asking::shutdownNow);
        SqliteReplicas replicas = lifecycle.keep(
                "replicas",
                new SqliteReplicas(
                        ports.databases().slots(),
                        new SlotMachine(),
                        ports.sinks(),
                        Assembly.platformThreads("slot"),
                        ports.listener()));
        replicas.start();
        try {
            return new RaftNode(
                    new RaftNode.Ports(
                            self,
                            folder(ports.node().first()),
                            calls,
                            replicas,
                            ports.databases().catalog(),
                            ports.databases().catalog(),
                            ports.databases().metadata(),
                            asking,
                            Assembly.platformThreads("catalog-log")),
                    topology,
                    RaftMember.Timing.DEFAULT);
        } catch (IOException e) {
            throw new StartException(
                    "data folder " + ports.node().first() + ": the logs in " + RAFT_FOLDER + " cannot be read: " + e,
                    e);
        }
    }

    /** What this node holds, and what others do. */
    private PlacedMetadata metadata(PlacedSlots nodes, Ports ports) {
        ExecutorService asked = Executors.newThreadPerTaskExecutor(ports.threads());
        lifecycle.keep("metadata for other nodes", asked::shutdownNow);
        MetadataStore own = raft.metadata();
        new MetadataService(own, nodes::votes, asked).register(calls);
        return new PlacedMetadata(own, nodes::votes, new RemoteMetadata(self, calls, nodes::voting, asked));
    }

    private EventsElsewhere eventsElsewhere(Ports ports) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(ports.threads());
        lifecycle.keep("events thread", timer::shutdownNow);
        Groups groups = topology.get().map().groups();
        return new EventsElsewhere(
                metadata, groups.all().stream().map(groups::slotsOf).toList(), ports.sinks(), timer);
    }

    private NodeReports reports(Ports ports) {
        ExecutorService reporting = Executors.newThreadPerTaskExecutor(ports.threads());
        lifecycle.keep("reports of this node", reporting::shutdownNow);
        return new NodeReports(calls, report, reporting);
    }

    private PeerWatch watch(Topology now, Metrics metrics) {
        return PeerWatch.start(self, now.members(), calls, DetectorSettings.DEFAULT, metrics, new SecureRandom());
    }

    private ReplicatedPartStore parts(PlacedSlots nodes, Ports ports) {
        ExecutorService transfers = Executors.newThreadPerTaskExecutor(ports.threads());
        lifecycle.keep("transfers of parts", transfers::shutdownNow);
        return new ReplicatedPartStore(
                new ReplicatedPartStore.Ports(
                        ports.parts(),
                        self,
                        nodes,
                        calls,
                        new SecureRandom(),
                        ports.threads(),
                        transfers,
                        new PartsMetrics(ports.metrics())),
                ReplicationSettings.DEFAULT);
    }

    private PartCatchUp catchUp(PlacedSlots nodes, Ports ports) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(Assembly.platformThreads("catch-up"));
        lifecycle.keep("catch-up thread", timer::shutdownNow);
        return new PartCatchUp(
                new PartCatchUp.Ports(
                        ExpectedParts.of(
                                metadata, () -> replicaBuckets(ports.databases().catalog())),
                        nodes::here,
                        ports.parts()::holds,
                        parts.repairs()::repair,
                        new CatchUpPlace(ports.node().first().resolve(CATCH_UP_FILE)),
                        timer),
                PartCatchUp.Settings.DEFAULT);
    }

    private static List<String> replicaBuckets(Catalog own) {
        return own.buckets().stream().map(Bucket::name).toList();
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new StartException("data folder: " + e, e);
        }
    }

    private static Path folder(Path data) {
        Path folder = data.resolve(RAFT_FOLDER);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder, OwnerOnly.folder(folder));
            }
            return folder;
        } catch (IOException e) {
            throw new StartException("data folder " + data + ": " + RAFT_FOLDER + " cannot be made: " + e, e);
        }
    }

    /** Answers the other nodes. */
    Handler<HttpServerRequest> endpoint() {
        return doorway.before(calls.endpoint());
    }

    /** Begins to take part; returns once this node is as far as the others were. Blocks while a majority is away. */
    @Override
    public void start(BooleanSupplier stopping) {
        BooleanSupplier givenUp = () -> stopping.getAsBoolean() || over.isDone();
        try {
            if (registry != null) {
                registry.start();
            }
            if (joining) {
                // of none of its groups it knows what it agreed to: it enters them
                raft.lostLogs();
            } else if (withoutLogs && others.isEmpty()) {
                raft.beginAfterDatabases();
            } else if (withoutLogs) {
                rememberBeing(givenUp);
            }
            ScheduledFuture<?> _ =
                    timer.scheduleWithFixedDelay(this::askForReplacement, 0, REPLACEMENT_MILLIS, TimeUnit.MILLISECONDS);
            raft.start(givenUp);
            if (!raft.awaitCaughtUp(givenUp)) {
                throw new StartException(
                        over.isDone() ? REPLACED : "stopped while waiting for a majority of the nodes");
            }
            StartSteps steps = new StartSteps(givenUp);
            steps.take("be remembered", () -> known.remember(catalog));
            steps.take("pin the topology", () -> topology.pin(catalog::keepDocument));
            topology.follow(this::follow);
            catchUp.start();
            eventsElsewhere.start();
            report.start(timer);
            moves.start(reports, this::isUp);
            verifying.start();
            doorway.open();
        } catch (IOException e) {
            throw new StartException("the logs shared with other nodes: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while waiting for the other nodes", e);
        }
    }

    /** Another topology is in force. */
    private void follow(Topology now) {
        book.take(now);
        watch.watch(now.members());
        stopIfReplaced(now.members().incarnation(self));
        if (!now.nodes().contains(self) && over.complete(null)) {
            log.warn("this node has left the cluster and stops; its data folder is of no more use");
        }
    }

    /** Asks the others whether another machine has taken over this node's id while it was away. */
    private void askForReplacement() {
        List<NodeId> asked = topology.get().nodes().stream()
                .filter(node -> !node.equals(self))
                .toList();
        sightings.ask(asked, self, sighting -> stopIfReplaced(sighting.incarnation()));
    }

    private void stopIfReplaced(int latest) {
        if (latest > incarnation && over.complete(null)) {
            log.error("{}", REPLACED);
        }
    }

    @Override
    public void whenOver(Runnable told) {
        CompletableFuture<Void> _ = over.thenRun(told);
    }

    /** See {@link KnownNodes}. */
    private void rememberBeing(BooleanSupplier stopping) throws InterruptedException, IOException {
        Optional<NodeId> knowing = known.whoKnowsThis(others, stopping);
        if (knowing.isPresent()) {
            if (sightings.ask(others, self).values().stream().anyMatch(each -> each.incarnation() > incarnation)) {
                throw new StartException(REPLACED);
            }
            log.warn(
                    "the data folder is new, but node {} knows this node as one that was part of the cluster: what it"
                            + " had is fetched from the others",
                    knowing.get().value());
            raft.lostLogs();
        }
    }

    /** Who knows when a slot was read through. */
    void scrubs(Function<SlotId, Optional<Duration>> since) {
        report.scrubs(since);
    }

    @Override
    public Map<String, AdminApi.Question> questions() {
        Map<String, AdminApi.Question> questions = new LinkedHashMap<>(orderly().questions());
        questions.putAll(new UpgradeOrders(orderly()).questions());
        questions.put("cluster", _ -> status.document());
        return questions;
    }

    @Override
    public Map<String, AdminApi.Question> orders() {
        Map<String, AdminApi.Question> orders = new LinkedHashMap<>(orderly().orders());
        orders.putAll(new UpgradeOrders(orderly()).steps());
        orders.putAll(verifying.orders());
        return orders;
    }

    private TopologyOrders orderly() {
        return new TopologyOrders(topology, catalog::keepDocument, reports, this::isUp);
    }

    @Override
    public Catalog catalog() {
        return catalog;
    }

    @Override
    public MetadataStore metadata() {
        return metadata;
    }

    @Override
    public CommitLog commitLog() {
        return commitLog;
    }

    @Override
    public PlacementPolicy placement() {
        return placement;
    }

    @Override
    public PartStore parts() {
        return parts;
    }

    @Override
    public PartStore ownParts() {
        return parts.own();
    }

    /** A log that a majority has on disk. */
    @Override
    public Unsynced unsynced() {
        return Unsynced.NONE;
    }

    @Override
    public SharedDocuments documents() {
        return new CatalogDocuments(replica, catalog);
    }

    /** Who leads the catalog's group. */
    @Override
    public boolean leads() {
        return raft.leadsCatalog();
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
