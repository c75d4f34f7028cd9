package dev.skerry.server;

import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestThreads;
import dev.skerry.http.ServerOptions;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one place that knows which class fills which port: makes everything, joins it, starts it from the disk upwards and
 * ends it in reverse order. Reading {@link #start} from top to bottom is reading the system.
 */
public final class Assembly implements AutoCloseable {
    static final Clock CLOCK = Clock.systemUTC();
    static final String CATALOG_FILE = "catalog.sqlite3";

    private static final int MAX_EVENT_LOOPS = 4;
    private static final long START_TIMEOUT_SECONDS = 30;

    private final Lifecycle lifecycle = new Lifecycle();
    private final Settings settings;
    private final NodeFolder node;
    private final RequestThreads requests;
    private final HttpServer s3Server;

    private Assembly(Settings settings, String version) {
        this.settings = settings;
        try {
            SecureRandom random = new SecureRandom();
            node = lifecycle.keep(
                    "data folder",
                    NodeFolder.open(settings.data(), settings.storage().slots(), UUID::randomUUID));
            requests = new RequestThreads(
                    virtualThreads("request-"), settings.limits().requests(), settings.limits().waitingRequests());
            lifecycle.keep("requests", () -> requests.close(Duration.ofSeconds(1)));
            RequestIds ids = new RequestIds(random);
            ExchangeSettings exchanges = ExchangeSettings.DEFAULT;
            Vertx vertx = vertx();
            lifecycle.keep("event loops", () -> await(vertx.close(), "event loops"));
            s3Server = listen(vertx, settings.listen(), request -> request.response().end(ids.next() + exchanges));
            lifecycle.keep("S3 listener", () -> await(s3Server.close(), "S3 listener"));
        } catch (RuntimeException failure) {
            lifecycle.close();
            throw failure;
        }
    }

    /**
     * Starts a node and gives it back when it serves.
     *
     * @throws StartException if it cannot start, for a reason a person can mend
     */
    public static Assembly start(Settings settings, String version) {
        return new Assembly(settings, version);
    }

    /** Where S3 answers, with the port that was bound. */
    public HostPort s3Address() {
        return settings.listen().withPort(s3Server.actualPort());
    }

    /** Where the native API answers at its older roots. */
    public Optional<HostPort> nativeAddress() {
        return Optional.empty();
    }

    /** The root identity, where it was made at this very start. */
    Optional<RootCredentials> generatedCredentials() {
        return Optional.empty();
    }

    Path dataFolder() {
        return node.first();
    }

    int runningRequests() {
        return requests.runningCount() + requests.waitingCount();
    }

    /** Stops listening; requests under way go on. */
    void stopAccepting() {
        s3Server.shutdown(settings.limits().stopTimeout().toMillis(), TimeUnit.MILLISECONDS);
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

    private static Vertx vertx() {
        int loops = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    }

    private HttpServer listen(Vertx vertx, HostPort address, Handler<HttpServerRequest> handler) {
        HttpServerOptions options =
                ServerOptions.create(address.host(), address.port(), settings.limits().idleTimeout());
        return await(vertx.createHttpServer(options).requestHandler(handler).listen(), "listener " + address);
    }

    private static <T> T await(io.vertx.core.Future<T> future, String what) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(what + ": interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartException(what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new StartException(what + ": not within " + START_TIMEOUT_SECONDS + " s", e);
        }
    }
}
