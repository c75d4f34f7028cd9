package dev.skerry.server;

import dev.skerry.admin.Health;
import dev.skerry.admin.Metrics;
import dev.skerry.admin.StoreMetrics;
import dev.skerry.admin.StoreNumbers;
import dev.skerry.admin.SystemRoutes;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.lifecycle.CursorFile;
import dev.skerry.blob.lifecycle.LifecyclePreview;
import dev.skerry.blob.lifecycle.LifecycleSchedule;
import dev.skerry.blob.lifecycle.LifecycleSettings;
import dev.skerry.blob.lifecycle.LifecycleWorker;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.PartStore;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.store.StoreAssembly;
import dev.skerry.blob.upkeep.GarbageCollector;
import dev.skerry.blob.upkeep.ScrubPlace;
import dev.skerry.blob.upkeep.Scrubber;
import dev.skerry.blob.upkeep.Upkeep;
import dev.skerry.blob.upkeep.UpkeepSettings;
import dev.skerry.blobapi.BlobApi;
import dev.skerry.blobapi.FeedSignal;
import dev.skerry.blobapi.SignatureCheck;
import dev.skerry.cluster.raft.ReadScope;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import dev.skerry.http.AccessLog;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.Exchange;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestListener;
import dev.skerry.http.RequestThreads;
import dev.skerry.metadata.SlotChecker;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteMetadataStore;
import dev.skerry.notify.LogSignal;
import dev.skerry.notify.Notifications;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.RequestPayload;
import dev.skerry.s3.http.AccessExplainer;
import dev.skerry.s3.http.ProtocolAccess;
import dev.skerry.s3.http.S3Endpoint;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.http.S3Settings;
import dev.skerry.s3.lifecycle.BucketLifecycleReader;
import dev.skerry.s3.logging.LogBatches;
import dev.skerry.s3.operation.LogDelivery;
import dev.skerry.s3.operation.ObjectLookup;
import dev.skerry.s3.operation.S3Operations;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The one place that knows which class fills which port: makes everything, joins it, starts it from the disk upwards
 * and ends it in reverse order. Reading it from top to bottom is reading the system.
 */
public final class Assembly implements AutoCloseable {
    static final Clock CLOCK = Clock.systemUTC();
    static final String CATALOG_FILE = "catalog.sqlite3";
    private static final String LIFECYCLE_FILE = "lifecycle.place";
    private static final String SCRUB_FILE = "scrub.place";

    private static final int SYSTEM_REQUESTS = 8;
    private static final int WAITING_SYSTEM_REQUESTS = 64;
    private static final Duration UNWIND = Duration.ofSeconds(2);

    private final Lifecycle lifecycle = new Lifecycle();
    private final Settings settings;
    private final SecureRandom random = new SecureRandom();
    private final Metrics metrics;

    private final NodeFolder node;
    private final FeedSignal changes;
    private final LogSignal told = new LogSignal();
    private final ClockFollower others = new ClockFollower();
    private final Ground ground;
    private final Catalog catalog;
    private final MetadataStore metadata;
    private final PartStore parts;
    private final HlcClock clock;
    private final KeyService keys;
    private final StoreAssembly store;
    private final Upkeep upkeep;
    private final LifecycleWorker.Ports ageing;
    private final LifecycleSchedule lifecycleRules;
    private final Notifications notifications;
    private final LogBatches bucketLogs;
    private final SlotChecker checker;

    private final KnownIdentities identities;
    private final Health health;
    private final RequestThreads requests;
    private final AnswerMemory answerMemory = new AnswerMemory();
    private final Listeners listeners;
    private final StartingRouter answering = new StartingRouter();

    /**
     * Starts a node; when this returns it serves.
     *
     * @throws StartException if it cannot start, for a reason a person can mend
     */
    public static Assembly start(Settings settings, String version) {
        return start(settings, version, () -> false);
    }

    /** The same, but given up once {@code stopping} says so while a majority of a cluster is waited for. */
    static Assembly start(Settings settings, String version, BooleanSupplier stopping) {
        return new Assembly(settings, version, stopping);
    }

    private Assembly(Settings settings, String version, BooleanSupplier stopping) {
        this.settings = settings;
        StartSteps steps = new StartSteps(stopping);
        try {
            metrics = lifecycle.keep("metrics", new Metrics(version));
            node = lifecycle.keep("data folder", openFolder(settings));

            StoreMetrics listener = new StoreMetrics(metrics);

            // the databases, and who is told of every commit
            changes = lifecycle.keep("change feed", new FeedSignal());
            List<EventSink> sinks = sinks();
            Databases databases = Databases.open(node, settings, sinks, lifecycle);
            listeners = lifecycle.keep("event loops", new Listeners(settings, node.nodeId()));
            ground = lifecycle.keep("ground", ground(databases, sinks, listener, stopping));
            ground.start(stopping);
            catalog = ground.catalog();
            metadata = ground.metadata();

            // the bytes, and the store over both
            HlcTimestamp floor = steps.take("read the newest events", () -> ClockFloor.of(catalog, metadata));
            clock = new HlcClock(CLOCK, floor, HlcClock.DEFAULT_MAX_SKEW);
            others.lead(clock);
            parts = ground.parts();
            keys = KeyServices.open(settings, random, lifecycle);
            store = StoreAssembly.of(storePorts(listener), StoredSettings.store(settings));
            lifecycle
                    .keep(
                            "durability",
                            new PeriodicSync(
                                    parts, ground.unsynced(), settings.durability(), platformThreads("durability")))
                    .start();
            upkeep = lifecycle.keep("upkeep", upkeep(listener));
            upkeep.start();
            if (ground instanceof ClusterMember member) {
                member.scrubs(upkeep::sinceScrub);
            }
            ageing = ageing();
            lifecycleRules = lifecycle.keep("lifecycle rules", lifecycleRules(listener));
            lifecycleRules.start();
            checker = lifecycle.keep("checks", checker(databases.slots()));

            // who is told of what happens
            notifications = lifecycle.keep("notifications", notifications());
            notifications.start();

            // who may ask, and the protocols in which they do
            identities = steps.take("learn the identities", () -> KnownIdentities.of(settings, catalog, random));
            steps.take("make the first buckets", this::makeFirstBuckets);
            health = new Health(HealthChecks.of(catalog, metadata, parts, node.folders()));
            bucketLogs = lifecycle.keep("server access logs", bucketLogs());
            requests = requestThreads(settings.limits());
            lifecycle.keep("requests", () -> requests.close(UNWIND));
            serve();
            measure(databases.metadata());
            checker.start();
        } catch (StoreException failure) {
            lifecycle.close();
            throw new StartException("cannot start: " + failure.getMessage(), failure);
        } catch (RuntimeException | Error failure) {
            // threads that were begun would keep a process alive that serves nothing
            lifecycle.close();
            throw failure;
        }
    }

    private void makeFirstBuckets() {
        FirstBuckets.create(
                settings.buckets(),
                store.buckets(),
                identities.root(),
                settings.region(),
                operationSettings().ofNewBucket());
    }

    private List<EventSink> sinks() {
        List<EventSink> sinks = new ArrayList<>(List.of(changes));
        if (!settings.notificationTargets().isEmpty()) {
            sinks.add(told);
        }
        if (settings.cluster() != null) {
            sinks.add(others);
        }
        return sinks;
    }

    private static NodeFolder openFolder(Settings settings) {
        return NodeFolder.open(
                settings.data(), settings.storage().slots(), new Membership(settings.cluster()), UUID::randomUUID);
    }

    /** A node of a cluster listens first, before it looks for the others: they must reach it for it to become ready. */
    private Ground ground(
            Databases databases, List<EventSink> sinks, StoreListener listener, BooleanSupplier stopping) {
        FilePartStore own = parts(node, settings, listener);
        ClusterSettings cluster = settings.cluster();
        if (cluster == null) {
            return new SingleNode(node, databases, own, sinks, listener);
        }
        listeners.open(settings.listen(), false, answering, answering::handleInvalid);
        ClusterMember member = new ClusterMember(
                cluster,
                new ClusterMember.Ports(
                        node,
                        databases,
                        own,
                        sinks,
                        listeners.vertx(),
                        listeners.certificate(),
                        virtualThreads("peer-"),
                        metrics,
                        listener,
                        stopping));
        answering.peers(member.endpoint());
        return member;
    }

    private static FilePartStore parts(NodeFolder node, Settings settings, StoreListener listener) {
        return new FilePartStore(
                new PartLayout(node.folders()),
                new FilePartStore.Settings(settings.storage().reserve().bytes(), 0),
                SpaceProbe.FILE_SYSTEM,
                CLOCK,
                listener);
    }

    private StoreAssembly.Ports storePorts(StoreListener listener) {
        ThreadPoolExecutor hashing = HashingThreads.open();
        lifecycle.keep("hashing", hashing::shutdownNow);
        return new StoreAssembly.Ports(
                catalog,
                metadata,
                ground.commitLog(),
                parts,
                ground.placement(),
                clock,
                new BlobIds(clock, random),
                hashing,
                keys,
                listener);
    }

    private Upkeep upkeep(StoreListener listener) {
        UpkeepSettings rhythm = StoredSettings.upkeep(settings);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, platformThreads("upkeep"));
        lifecycle.keep("upkeep threads", timer::shutdown);
        return new Upkeep(
                new Upkeep.Ports(
                        new GarbageCollector(
                                new GarbageCollector.Ports(
                                        metadata, ground.commitLog(), parts, ground.placement(), clock),
                                rhythm,
                                listener),
                        new Scrubber(metadata, ground.ownParts(), CLOCK, listener),
                        new ScrubPlace(node.first().resolve(SCRUB_FILE)),
                        timer,
                        CLOCK),
                rhythm,
                listener);
    }

    private LifecycleWorker.Ports ageing() {
        return new LifecycleWorker.Ports(
                store.buckets(),
                store.listing(),
                store.uploads(),
                store.agedVersions(),
                new BucketLifecycleReader(),
                clock);
    }

    private LifecycleSchedule lifecycleRules(StoreListener listener) {
        LifecycleSettings rhythm = StoredSettings.lifecycle(settings);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(platformThreads("lifecycle"));
        lifecycle.keep("lifecycle threads", timer::shutdown);
        CursorFile cursor = new CursorFile(node.first().resolve(LIFECYCLE_FILE));
        return new LifecycleSchedule(
                new LifecycleWorker(ageing, rhythm, cursor, listener),
                rhythm.interval(),
                ground::leads,
                timer,
                CLOCK,
                listener);
    }

    private Notifications notifications() {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, platformThreads("notifications"));
        lifecycle.keep("notifications timer", timer::shutdown);
        return new Notifications(
                new Notifications.Ports(
                        metadata,
                        catalog::bucket,
                        clock,
                        CLOCK,
                        told,
                        virtualThreads("notification-"),
                        timer,
                        random,
                        ground.commitLog()::leads,
                        ground.documents()),
                new Notifications.Settings(
                        settings.notificationTargets(),
                        node.first().resolve("notifications"),
                        settings.region(),
                        node.nodeId()));
    }

    private LogBatches bucketLogs() {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, platformThreads("server-access-log"));
        return new LogBatches(
                new LogBatches.Ports(
                        new LogDelivery(
                                store.buckets(),
                                store.blobs(),
                                identities.all(),
                                settings.s3().compatibility()),
                        CLOCK,
                        timer,
                        random),
                new LogBatches.Settings(
                        settings.s3().accessLogInterval(),
                        settings.s3().accessLogSize().toInt(),
                        settings.region()));
    }

    private SlotChecker checker(SlotDatabases databases) {
        return new SlotChecker(databases, StoredSettings.upkeep(settings).scrubInterval(), platformThreads("check"));
    }

    private static RequestThreads requestThreads(Settings.Limits limits) {
        ThreadFactory threads = virtualThreads("request-");
        return new RequestThreads(
                request -> threads.newThread(() -> ReadScope.run(request)),
                limits.requests(),
                limits.waitingRequests());
    }

    private void serve() {
        HttpParts http = new HttpParts(
                new RequestIds(random),
                StoredSettings.exchanges(settings),
                answerMemory,
                RequestListener.all(new AccessLog(), metrics),
                new Authenticator(
                        identities.all(),
                        CLOCK,
                        settings.s3().clockSkew(),
                        settings.s3().compatibility()));
        S3Endpoint s3 = s3(http);
        BlobApi nativeApi = nativeApi(http);
        Router router = new Router(bucketDomains(), http.settings().proxies(), s3, nativeApi.onS3Port(), system(http));
        answering.ready(
                ground instanceof ClusterMember member ? router.inCluster(member.endpoint()) : router,
                s3::handleInvalid);
        if (settings.cluster() == null) {
            listeners.open(settings.listen(), false, answering, answering::handleInvalid);
        }
        HostPort nativeListen = settings.nativeListen();
        if (nativeListen != null) {
            listeners.open(nativeListen, nativeListen.loopback(), nativeApi.onNativeListener(), null);
        }
    }

    /** Names before which a bucket may stand. */
    private List<String> bucketDomains() {
        return Stream.concat(settings.domains().stream(), settings.s3().websiteDomains().stream())
                .toList();
    }

    /** What the protocols share. */
    private record HttpParts(
            RequestIds ids,
            ExchangeSettings settings,
            AnswerMemory memory,
            RequestListener listener,
            Authenticator authenticator) {
        SignatureCheck.Signed check(Exchange exchange) {
            RequestHead head = exchange.head();
            Authentication proved = authenticator.authenticate(head);
            return new SignatureCheck.Signed(
                    proved.identity(), () -> RequestPayload.open(head, exchange.body(), proved.payload()));
        }
    }

    private S3Endpoint s3(HttpParts http) {
        return new S3Endpoint(
                new S3Endpoint.Http(
                        requests,
                        virtualThreads("slow-answer-"),
                        http.ids,
                        CLOCK,
                        http.settings,
                        http.memory,
                        http.listener,
                        bucketLogs),
                new S3Settings(
                        settings.domains(),
                        settings.s3().websiteDomains(),
                        node.nodeId(),
                        settings.s3().compatibility(),
                        S3Settings.DEFAULT_SLOW_ANSWER_AFTER),
                identities.all(),
                http.authenticator,
                new S3Endpoint.Stores(catalog::bucket, new ObjectLookup(store.blobs(), store.uploads())),
                S3Operations.notifying(operations(), store.buckets(), notifications));
    }

    private Map<S3Operation, S3Handler> operations() {
        return S3Operations.handlers(
                store.buckets(),
                store.blobs(),
                store.uploads(),
                store.listing(),
                identities.all(),
                operationSettings());
    }

    private S3Operations.Settings operationSettings() {
        return new S3Operations.Settings(
                settings.region(),
                settings.s3().compatibility(),
                StoredSettings.storageClasses(settings),
                !keys.equals(KeyService.NONE),
                settings.encryption().customerKeysNeedTls(),
                settings.s3().addedChecksums());
    }

    private BlobApi nativeApi(HttpParts http) {
        return new BlobApi(
                StoredSettings.nativeApi(settings),
                new BlobApi.Stores(
                        store.blobs(),
                        store.listing(),
                        catalog,
                        metadata,
                        ground.placement(),
                        changes,
                        new ThisNode(node, health, settings.listen())),
                new BlobApi.Callers(
                        identities.tokens(),
                        http::check,
                        identities.root(),
                        new ProtocolAccess(
                                settings.s3().compatibility(), new ObjectLookup(store.blobs(), store.uploads()))),
                new BlobApi.Http(requests, http.ids, CLOCK, http.settings, http.memory, http.listener));
    }

    private SystemRoutes system(HttpParts http) {
        RequestThreads threads =
                new RequestThreads(virtualThreads("system-"), SYSTEM_REQUESTS, WAITING_SYSTEM_REQUESTS);
        lifecycle.keep("system requests", () -> threads.close(UNWIND));
        return new SystemRoutes(
                health,
                metrics,
                settings.metrics().open(),
                Administration.of(node, metadata, numbers(), health, background(), explainer())
                        .with(ground.questions(), ground.orders()),
                exchange -> identities
                        .byToken(exchange.request())
                        .orElseGet(() -> http.check(exchange).identity()),
                new SystemRoutes.Http(threads, http.ids, CLOCK, http.settings, http.memory, http.listener));
    }

    private Administration.Background background() {
        LifecycleSettings rhythm = StoredSettings.lifecycle(settings);
        return new Administration.Background(upkeep, checker, lifecycleRules, new LifecyclePreview(ageing, rhythm));
    }

    private AccessExplainer explainer() {
        return new AccessExplainer(
                settings.s3().compatibility(),
                catalog::bucket,
                new ObjectLookup(store.blobs(), store.uploads()),
                identities.all(),
                CLOCK);
    }

    private StoreNumbers numbers() {
        StoreNumbers numbers = new StoreNumbers(metadata, CLOCK);
        numbers.bindTo(metrics);
        return numbers;
    }

    private void measure(SqliteMetadataStore local) {
        NodeMetrics.bindTo(metrics, requests, settings.limits(), node.folders());
        NodeMetrics.bindTo(metrics, ground);
        NodeMetrics.bindTo(metrics, answerMemory);
        NodeMetrics.bindTo(metrics, local);
        NodeMetrics.bindTo(metrics, listeners.connections(), settings.limits());
        NodeMetrics.bindTo(metrics, notifications);
        NodeMetrics.bindTo(metrics, bucketLogs);
        // nobody waits for these, and they load a good part of the JDK
        Thread.ofPlatform().name("jvm-metrics").daemon().start(metrics::watchJvm);
    }

    /** Where S3 answers, with the port that was bound. */
    public HostPort s3Address() {
        return listeners.address(0);
    }

    /** How S3 is addressed from this machine. */
    String s3Url() {
        return listeners.url(0);
    }

    /** Where the native API answers at its older roots. */
    public Optional<HostPort> nativeAddress() {
        return settings.nativeListen() == null ? Optional.empty() : Optional.of(listeners.address(1));
    }

    /** How the native API's own listener is addressed from this machine, if there is one. */
    Optional<String> nativeUrl() {
        return settings.nativeListen() == null ? Optional.empty() : Optional.of(listeners.url(1));
    }

    /** The root identity, where it was made at this very start. */
    Optional<RootCredentials> generatedCredentials() {
        return identities.generated();
    }

    Path dataFolder() {
        return node.first();
    }

    int runningRequests() {
        return requests.runningCount() + requests.waitingCount();
    }

    void whenOver(Runnable told) {
        ground.whenOver(told);
    }

    /** Stops listening; requests under way go on. */
    void stopAccepting() {
        health.stop();
        listeners.stopAccepting();
        // whoever waits for a change would wait for as long as the draining may take
        changes.close();
    }

    @Override
    public void close() {
        lifecycle.close();
    }

    static ThreadFactory platformThreads(String name) {
        return Thread.ofPlatform().name(name + "-", 0).factory();
    }

    private static ThreadFactory virtualThreads(String prefix) {
        return Thread.ofVirtual().name(prefix, 0).factory();
    }
}
