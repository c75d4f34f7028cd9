package dev.skerry.server;

import dev.skerry.admin.AdminApi;
import dev.skerry.admin.Health;
import dev.skerry.admin.Metrics;
import dev.skerry.admin.StoreMetrics;
import dev.skerry.admin.StoreNumbers;
import dev.skerry.admin.SystemRoutes;
import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.blob.store.StoreAssembly;
import dev.skerry.blob.store.StoreSettings;
import dev.skerry.blobapi.BlobApi;
import dev.skerry.blobapi.FeedSignal;
import dev.skerry.blobapi.SignatureCheck;
import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import dev.skerry.http.AccessLog;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestListener;
import dev.skerry.http.RequestThreads;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteCatalog;
import dev.skerry.metadata.SqliteCommitLog;
import dev.skerry.metadata.SqliteMetadataStore;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.RequestPayload;
import dev.skerry.s3.http.S3Endpoint;
import dev.skerry.s3.http.S3Settings;
import dev.skerry.s3.operation.S3Operations;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one place that knows which class fills which port: makes everything, joins it, starts it from the disk upwards
 * and ends it in reverse order. Reading it from top to bottom is reading the system.
 */
public final class Assembly implements AutoCloseable {
    static final Clock CLOCK = Clock.systemUTC();
    static final String CATALOG_FILE = "catalog.sqlite3";

    private static final int SYSTEM_REQUESTS = 8;
    private static final int WAITING_SYSTEM_REQUESTS = 64;
    private static final Duration UNWIND = Duration.ofSeconds(2);

    private final Lifecycle lifecycle = new Lifecycle();
    private final Settings settings;
    private final SecureRandom random = new SecureRandom();
    private final Metrics metrics;

    private final NodeFolder node;
    private final FeedSignal changes;
    private final SqliteCatalog catalog;
    private final SqliteMetadataStore metadata;
    private final SqliteCommitLog commitLog;
    private final FilePartStore parts;
    private final PlacementPolicy placement;
    private final StoreAssembly store;

    private final KnownIdentities identities;
    private final Health health;
    private final RequestThreads requests;
    private final Listeners listeners;

    /**
     * Starts a node; when this returns it serves.
     *
     * @throws StartException if it cannot start, for a reason a person can mend
     */
    public static Assembly start(Settings settings, String version) {
        return new Assembly(settings, version);
    }

    private Assembly(Settings settings, String version) {
        this.settings = settings;
        try {
            metrics = lifecycle.keep("metrics", new Metrics(version));
            node = lifecycle.keep(
                    "data folder",
                    NodeFolder.open(settings.data(), settings.storage().slots(), UUID::randomUUID));

            // the databases, and those who are told of every commit
            changes = lifecycle.keep("change feed", new FeedSignal());
            List<EventSink> sinks = List.of(changes);
            catalog = lifecycle.keep(
                    "catalog",
                    SqliteCatalog.open(node.first().resolve(CATALOG_FILE), sinks, platformThreads("catalog"), CLOCK));
            SlotDatabases databases = lifecycle.keep(
                    "slots",
                    SlotDatabases.open(
                            node.folders().stream()
                                    .map(folder -> folder.resolve("slots"))
                                    .toList(),
                            node.slots(),
                            platformThreads("slot-open"),
                            CLOCK));
            commitLog = lifecycle.keep(
                    "commit log",
                    new SqliteCommitLog(
                            databases,
                            new SlotMachine(),
                            sinks,
                            platformThreads("slot"),
                            SqliteCommitLog.Settings.DEFAULT));
            commitLog.start();
            metadata = lifecycle.keep(
                    "metadata",
                    new SqliteMetadataStore(
                            databases, platformThreads("reader"), SqliteMetadataStore.Settings.DEFAULT));
            metadata.start();

            // the bytes, and the store over both
            HlcClock clock = new HlcClock(CLOCK, ClockFloor.of(catalog, metadata), HlcClock.DEFAULT_MAX_SKEW);
            StoreMetrics listener = new StoreMetrics(metrics);
            parts = new FilePartStore(
                    new PartLayout(node.folders()),
                    new FilePartStore.Settings(settings.storage().reserve().bytes(), 0),
                    SpaceProbe.FILE_SYSTEM,
                    CLOCK,
                    listener);
            placement = new SingleNodePlacement(new NodeId(node.nodeId()), new SlotHash(node.slots()));
            ThreadPoolExecutor hashing = hashingThreads();
            lifecycle.keep("hashing", hashing::shutdownNow);
            store = StoreAssembly.of(
                    new StoreAssembly.Ports(
                            catalog,
                            metadata,
                            commitLog,
                            parts,
                            placement,
                            clock,
                            new BlobIds(clock, random),
                            hashing,
                            listener),
                    storeSettings(settings));
            lifecycle
                    .keep(
                            "durability",
                            new PeriodicSync(parts, commitLog, settings.durability(), platformThreads("durability")))
                    .start();

            // who may ask, and the protocols in which they do
            identities = KnownIdentities.of(settings, catalog, random);
            FirstBuckets.create(settings.buckets(), store.buckets(), identities.root(), settings.region());
            health = new Health(HealthChecks.of(catalog, metadata, parts, node.folders()));
            requests = new RequestThreads(
                    virtualThreads("request-"),
                    settings.limits().requests(),
                    settings.limits().waitingRequests());
            listeners = lifecycle.keep("event loops", new Listeners(settings.limits()));
            lifecycle.keep("requests", () -> requests.close(UNWIND));
            serve();
            NodeMetrics.bindTo(metrics, requests, settings.limits(), commitLog, node.folders());
            new StoreNumbers(metadata, CLOCK).bindTo(metrics);
            startAfterwards();
        } catch (StoreException failure) {
            lifecycle.close();
            throw new StartException("cannot start: " + failure.getMessage(), failure);
        } catch (RuntimeException failure) {
            lifecycle.close();
            throw failure;
        }
    }

    private void serve() {
        RequestIds ids = new RequestIds(random);
        ExchangeSettings exchanges = exchangeSettings();
        RequestListener listener = RequestListener.all(new AccessLog(), metrics);
        Authenticator authenticator = new Authenticator(identities.all(), CLOCK);
        S3Endpoint s3 = new S3Endpoint(
                new S3Endpoint.Http(requests, virtualThreads("slow-answer-"), ids, CLOCK, exchanges, listener),
                new S3Settings(settings.domains(), node.nodeId(), S3Settings.DEFAULT_SLOW_ANSWER_AFTER),
                identities.all(),
                authenticator,
                catalog::bucket,
                S3Operations.handlers(
                        store.buckets(),
                        store.blobs(),
                        store.uploads(),
                        store.listing(),
                        identities.all(),
                        new S3Operations.Settings(settings.region())));
        SignatureCheck signatures = exchange -> {
            RequestHead head = RequestHead.of(exchange.request());
            Authentication proved = authenticator.authenticate(head);
            return new SignatureCheck.Signed(
                    proved.identity(), () -> RequestPayload.open(head, exchange.body(), proved.payload()));
        };
        BlobApi nativeApi = new BlobApi(
                nativeSettings(),
                new BlobApi.Stores(
                        store.blobs(),
                        store.listing(),
                        catalog,
                        metadata,
                        placement,
                        changes,
                        new ThisNode(node, health, settings.listen())),
                new BlobApi.Callers(identities.tokens(), signatures, identities.root()),
                new BlobApi.Http(requests, ids, CLOCK, exchanges, listener));
        RequestThreads systemThreads =
                new RequestThreads(virtualThreads("system-"), SYSTEM_REQUESTS, WAITING_SYSTEM_REQUESTS);
        lifecycle.keep("system requests", () -> systemThreads.close(UNWIND));
        SystemRoutes system = new SystemRoutes(
                health,
                metrics,
                settings.metrics().open(),
                new AdminApi(() -> Map.of("node_id", node.nodeId()), Map.of()),
                exchange -> signatures.check(exchange).identity(),
                new SystemRoutes.Http(systemThreads, ids, CLOCK, exchanges, listener));

        listeners.open(
                settings.listen(), new Router(settings.domains(), s3, nativeApi.onS3Port(), system), s3::handleInvalid);
        HostPort nativeListen = settings.nativeListen();
        if (nativeListen != null) {
            listeners.open(nativeListen, nativeApi.onNativeListener(), null);
        }
    }

    /** What nobody waits for. */
    private void startAfterwards() {
        Thread.ofPlatform().name("jvm-metrics").daemon().start(metrics::watchJvm);
    }

    /** Where S3 answers, with the port that was bound. */
    public HostPort s3Address() {
        return listeners.address(0);
    }

    /** Where the native API answers at its older roots. */
    public Optional<HostPort> nativeAddress() {
        return settings.nativeListen() == null ? Optional.empty() : Optional.of(listeners.address(1));
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

    /** As many as there are cores, with a short queue: what finds no place is hashed by the request itself. */
    private static ThreadPoolExecutor hashingThreads() {
        int cores = Runtime.getRuntime().availableProcessors();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                cores, cores, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(4 * cores), platformThreads("hash"));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static StoreSettings storeSettings(Settings settings) {
        StoreSettings standard = StoreSettings.DEFAULT;
        return new StoreSettings(
                settings.storage().inlineThreshold().toInt(),
                standard.partBytes(),
                settings.durability().mode(),
                standard.maxBlobBytes(),
                settings.s3().minimumPartSize().bytes(),
                settings.region());
    }

    private ExchangeSettings exchangeSettings() {
        ExchangeSettings standard = ExchangeSettings.DEFAULT;
        return new ExchangeSettings(
                settings.limits().idleTimeout(),
                standard.bufferedBytes(),
                standard.discardBytes(),
                standard.lingerTimeout());
    }

    private BlobApi.Settings nativeSettings() {
        BlobApi.Settings standard = BlobApi.Settings.DEFAULT;
        return new BlobApi.Settings(
                settings.nativeApi().open(), standard.maxWait(), standard.heartbeat(), standard.maxSubscribers());
    }
}
