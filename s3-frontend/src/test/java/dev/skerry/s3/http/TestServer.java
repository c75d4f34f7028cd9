package dev.skerry.s3.http;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestRecord;
import dev.skerry.http.RequestThreads;
import dev.skerry.http.ServerOptions;
import dev.skerry.http.TrustedProxies;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.logging.BucketLog;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** A real listener in front of handlers that a test gives; unsigned requests may do all, one bucket exists. */
final class TestServer implements AutoCloseable {
    static final ExchangeSettings SETTINGS = new ExchangeSettings(
            Duration.ofSeconds(2), 100, 64 * 1024, 128 * 1024, Duration.ofSeconds(2), TrustedProxies.NONE);

    private static final StoredObjects NO_OBJECTS = new StoredObjects() {
        @Override
        public Optional<BlobMeta> object(BlobPath path, VersionSelector selector) {
            return Optional.empty();
        }

        @Override
        public Optional<String> initiator(BlobPath path, String uploadId) {
            return Optional.empty();
        }
    };

    final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    final BlockingQueue<RequestRecord> records = new LinkedBlockingQueue<>();
    private final Vertx vertx = Vertx.vertx();
    private final RequestThreads threads;
    private final HttpServer server;

    TestServer(Map<S3Operation, S3Handler> handlers) {
        this(handlers, 8, 0);
    }

    TestServer(Map<S3Operation, S3Handler> handlers, int maxRunning, int maxWaiting) {
        buckets.put("bucket", bucket(Map.of()));
        threads = new RequestThreads(Thread.ofVirtual().factory(), maxRunning, maxWaiting);
        Identities identities = new Identities(List.of(), Anonymous.WRITE);
        S3Endpoint endpoint = new S3Endpoint(
                new S3Endpoint.Http(
                        threads,
                        Thread.ofVirtual().factory(),
                        new RequestIds(RandomGenerator.getDefault()),
                        InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")),
                        SETTINGS,
                        new AnswerMemory(),
                        records::add,
                        BucketLog.NONE),
                new S3Settings(
                        List.of("s3.example.com"),
                        List.of("web.example.com"),
                        "host-id",
                        Compatibility.AWS,
                        Duration.ofMillis(100)),
                identities,
                new Authenticator(identities, InstantSource.system()),
                new S3Endpoint.Stores(name -> Optional.ofNullable(buckets.get(name)), NO_OBJECTS),
                handlers);
        server = vertx.createHttpServer(ServerOptions.create("127.0.0.1", 0, Duration.ofSeconds(30)))
                .requestHandler(endpoint)
                .invalidRequestHandler(endpoint::handleInvalid);
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    static Bucket bucket(Map<Bucket.ConfigurationKind, String> configuration) {
        return new Bucket("bucket", "owner", "", HlcTimestamp.ZERO, Versioning.OFF, null, configuration);
    }

    RawClient connect() {
        return new RawClient(server.actualPort());
    }

    /** The record of the next request that ends. */
    RequestRecord record() throws InterruptedException {
        RequestRecord record = records.poll(3, TimeUnit.MINUTES);
        if (record == null) {
            throw new AssertionError("no request ended");
        }
        return record;
    }

    @Override
    public void close() {
        threads.close(Duration.ofSeconds(5));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
