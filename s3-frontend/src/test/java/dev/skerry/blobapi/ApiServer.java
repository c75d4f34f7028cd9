package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.BlobIds;
import dev.skerry.blob.clock.HlcClock;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.encryption.KeyService;
import dev.skerry.blob.part.FilePartStore;
import dev.skerry.blob.part.PartLayout;
import dev.skerry.blob.part.SpaceProbe;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.blob.placement.SingleNodePlacement;
import dev.skerry.blob.placement.SlotHash;
import dev.skerry.blob.store.StoreAssembly;
import dev.skerry.blob.store.StoreSettings;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestRecord;
import dev.skerry.http.RequestThreads;
import dev.skerry.http.ServerOptions;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteCatalog;
import dev.skerry.metadata.SqliteCommitLog;
import dev.skerry.metadata.SqliteMetadataStore;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.http.ProtocolAccess;
import dev.skerry.s3.operation.ObjectLookup;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The API on two ports over real stores in a folder, and a client of it. */
final class ApiServer implements AutoCloseable {
    static final Identity ROOT = new Identity("root", "Root", "root-id", "", Identity.Kind.ROOT);
    static final Identity ANNA = new Identity("anna", "Anna", "anna-id", "", Identity.Kind.USER);
    static final Identity BORIS = new Identity("boris", "Boris", "boris-id", "", Identity.Kind.USER);
    static final String ROOT_TOKEN = "token-of-root";
    static final String ANNA_TOKEN = "token-of-anna";
    static final String BORIS_TOKEN = "token-of-boris";

    private static final int SLOTS = 4;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final BlobApi.Settings SETTINGS =
            new BlobApi.Settings(true, Duration.ofSeconds(20), Duration.ofMillis(200), 4);

    private final ThreadFactory platform =
            Thread.ofPlatform().name("sqlite-", 0).factory();
    private final FeedSignal signal = new FeedSignal();
    private final HlcClock hlc;
    private final SlotDatabases databases;
    private final SqliteCommitLog log;
    private final SqliteMetadataStore metadata;
    private final Catalog catalog;
    private final FilePartStore parts;
    private final StoreAssembly store;
    private final RequestThreads threads;
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer s3Port;
    private final HttpServer nativeListener;
    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<RequestRecord> records = new LinkedBlockingQueue<>();

    ApiServer(Path folder) {
        this(folder, SETTINGS);
    }

    ApiServer(Path folder, BlobApi.Settings settings) {
        this(folder, settings, InstantSource.system());
    }

    ApiServer(Path folder, InstantSource clock) {
        this(folder, SETTINGS, clock);
    }

    private ApiServer(Path folder, BlobApi.Settings settings, InstantSource clock) {
        RandomGenerator random = RandomGenerator.getDefault();
        hlc = new HlcClock(clock);
        SingleNodePlacement placement = new SingleNodePlacement(new NodeId("node-1"), new SlotHash(SLOTS));
        databases = SlotDatabases.open(folder.resolve("slots"), SLOTS, platform, clock);
        metadata = new SqliteMetadataStore(databases, platform, SqliteMetadataStore.Settings.DEFAULT);
        metadata.start();
        log = new SqliteCommitLog(
                databases,
                new SlotMachine(),
                List.of(signal),
                platform,
                SqliteCommitLog.Settings.DEFAULT,
                StoreListener.NONE);
        log.start();
        catalog = SqliteCatalog.open(folder.resolve("catalog.sqlite3"), List.of(signal), platform, clock);
        parts = parts(folder, clock);
        store = StoreAssembly.of(
                new StoreAssembly.Ports(
                        catalog,
                        metadata,
                        log,
                        parts,
                        placement,
                        hlc,
                        new BlobIds(hlc, random),
                        Runnable::run,
                        KeyService.NONE,
                        StoreListener.NONE),
                StoreSettings.DEFAULT);
        threads = new RequestThreads(Thread.ofVirtual().factory(), 64, 64);
        BlobApi api = new BlobApi(
                settings,
                new BlobApi.Stores(store.blobs(), store.listing(), catalog, metadata, placement, signal, new OneNode()),
                new BlobApi.Callers(
                        new Tokens(Map.of(ROOT_TOKEN, ROOT, ANNA_TOKEN, ANNA, BORIS_TOKEN, BORIS)),
                        exchange -> new SignatureCheck.Signed(Identity.ANONYMOUS, () -> PlainBody.of(exchange)),
                        ROOT,
                        new ProtocolAccess(Compatibility.AWS, new ObjectLookup(store.blobs(), store.uploads()))),
                new BlobApi.Http(
                        threads,
                        new RequestIds(random),
                        clock,
                        ExchangeSettings.DEFAULT,
                        new AnswerMemory(),
                        records::add));
        s3Port = listen(api.onS3Port());
        nativeListener = listen(api.onNativeListener());
    }

    private static FilePartStore parts(Path folder, InstantSource clock) {
        return new FilePartStore(
                new PartLayout(List.of(folder)),
                FilePartStore.Settings.DEFAULT,
                _ -> new SpaceProbe.Space(1L << 40, 1L << 40),
                clock,
                StoreListener.NONE);
    }

    private HttpServer listen(Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer(ServerOptions.create("127.0.0.1", 0, Duration.ofSeconds(60)))
                .requestHandler(handler)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** One node that is well. */
    private static final class OneNode implements NodeView {
        @Override
        public String nodeId() {
            return "node-1";
        }

        @Override
        public String groupId() {
            return "cluster-1";
        }

        @Override
        public String status() {
            return "ok";
        }

        @Override
        public List<Node> nodes() {
            return List.of(new Node("node-1", "127.0.0.1:9000", "ok"));
        }
    }

    void createBucket(String name, Identity owner) {
        store.buckets().create(name, owner.canonicalId(), "");
    }

    void keepVersions(String name) {
        store.buckets().setVersioning(name, Versioning.ENABLED);
    }

    void deleteBucket(String name) {
        store.buckets().delete(name);
    }

    MetadataStore metadata() {
        return metadata;
    }

    Catalog catalog() {
        return catalog;
    }

    FeedSignal signal() {
        return signal;
    }

    /** Forgets the events of every slot. */
    void trimEvents() {
        for (SlotId slot : metadata.slots()) {
            Command.Origin origin =
                    new Command.Origin(PlacementGroup.ZERO, hlc.now(), BlobMeta.LOCAL_REGION, Durability.ALWAYS);
            log.commit(slot, new Command.TrimEvents(origin, metadata.lastSequence(slot)));
        }
    }

    /** The record of the next request that ends, which may be after its answer has come. */
    RequestRecord record() throws InterruptedException {
        RequestRecord record = records.poll(3, TimeUnit.MINUTES);
        if (record == null) {
            throw new AssertionError("no request ended");
        }
        return record;
    }

    HttpClient client() {
        return client;
    }

    URI onS3Port(String target) {
        return URI.create("http://127.0.0.1:" + s3Port.actualPort() + target);
    }

    URI onNativeListener(String target) {
        return URI.create("http://127.0.0.1:" + nativeListener.actualPort() + target);
    }

    /** A call on the native listener, as root without saying so. */
    Call call(String method, String target) {
        return new Call(HttpRequest.newBuilder(onNativeListener(target)), method);
    }

    /** A call below {@code /_/} on the S3 port with a token. */
    Call callOnS3Port(String token, String method, String target) {
        return new Call(HttpRequest.newBuilder(onS3Port(target)).header("Authorization", "Bearer " + token), method);
    }

    /** A call being put together. */
    final class Call {
        private final HttpRequest.Builder request;
        private final String method;
        private HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();

        private Call(HttpRequest.Builder request, String method) {
            this.request = request;
            this.method = method;
        }

        Call header(String name, String value) {
            request.header(name, value);
            return this;
        }

        Call body(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        Call body(byte[] bytes) {
            body = HttpRequest.BodyPublishers.ofByteArray(bytes);
            return this;
        }

        Answer send() {
            try {
                return new Answer(client.send(
                        request.method(method, body)
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray()));
            } catch (IOException | InterruptedException failure) {
                throw new AssertionError(failure);
            }
        }
    }

    /** What came back. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException failure) {
                throw new AssertionError(text(), failure);
            }
        }

        /** The status, and the code of the error document. */
        void isRefused(int status, String code) {
            assertThat(status()).as(text()).isEqualTo(status);
            assertThat(json().at("/error/code").asText()).isEqualTo(code);
            assertThat(json().at("/error/message").asText()).isNotEmpty();
            assertThat(json().at("/error/request_id").asText()).isEqualTo(header("X-Skerry-Request-Id"));
        }

        Answer is(int status) {
            assertThat(status()).as(text()).isEqualTo(status);
            return this;
        }
    }

    @Override
    public void close() {
        signal.close();
        client.shutdownNow();
        threads.close(Duration.ofSeconds(5));
        vertx.close().toCompletionStage().toCompletableFuture().join();
        catalog.close();
        log.close();
        metadata.close();
        databases.close();
    }
}
