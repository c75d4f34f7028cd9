package dev.skerry.server;

import dev.skerry.config.HostPort;
import dev.skerry.config.Settings;
import dev.skerry.http.Connections;
import dev.skerry.http.HttpVersionCheck;
import dev.skerry.http.ServerOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops and what listens on them. Used by the thread that assembles. */
final class Listeners implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);
    private static final int MAX_EVENT_LOOPS = 4;
    private static final long TIMEOUT_SECONDS = 30;

    private final Settings.Limits limits;
    private final Vertx vertx;
    private final Connections connections;
    private final @Nullable TlsCertificate certificate;
    private final List<Listener> open = new ArrayList<>();

    private record Listener(HostPort address, HttpServer server, boolean secure) {}

    /**
     * Opens nothing yet.
     *
     * @param node who this node is
     * @throws StartException if the certificates that the settings name are of no use; see {@link TlsCertificate#of}
     */
    Listeners(Settings settings, String node) {
        this.limits = settings.limits();
        this.connections = new Connections(limits.connections(), limits.idleTimeout());
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(
                        Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors()))
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        try {
            this.certificate = TlsCertificate.of(settings, node, vertx);
        } catch (RuntimeException failure) {
            vertx.close();
            throw failure;
        }
    }

    /** With one, listeners speak TLS, but for those that ask not to; null without. */
    @Nullable
    TlsCertificate certificate() {
        return certificate;
    }

    /**
     * Listens, and returns once it does.
     *
     * @param plain whether to speak HTTP without TLS whatever is configured
     * @throws StartException if it cannot
     */
    void open(
            HostPort address,
            boolean plain,
            Handler<HttpServerRequest> requests,
            @Nullable Handler<HttpServerRequest> invalidRequests) {
        HttpServerOptions options = ServerOptions.create(address.host(), address.port(), limits.idleTimeout());
        TlsCertificate shown = plain ? null : certificate;
        if (shown != null) {
            shown.secure(options);
        }
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    HttpVersionCheck.install(connection);
                    connections.opened(connection);
                })
                .requestHandler(connections.watching(requests));
        if (invalidRequests != null) {
            server.invalidRequestHandler(invalidRequests);
        }
        if (open.isEmpty()) {
            connections.watch(vertx);
            if (certificate != null) {
                certificate.watch(vertx);
            }
        }
        open.add(new Listener(address, await(server.listen(), address), shown != null));
        if (shown != null) {
            shown.follow(server);
        }
    }

    /** The event loops. */
    Vertx vertx() {
        return vertx;
    }

    /** What is connected. */
    Connections connections() {
        return connections;
    }

    /** The address of the listener opened at that place in the order, with the port that was bound. */
    HostPort address(int index) {
        Listener listener = open.get(index);
        return listener.address.withPort(listener.server.actualPort());
    }

    /** How a person on this machine addresses the listener opened at that place in the order. */
    String url(int index) {
        return address(index).url(open.get(index).secure ? "https" : "http");
    }

    /** Takes no new connections and lets requests under way end. */
    void stopAccepting() {
        for (Listener listener : open) {
            listener.server
                    .shutdown(limits.stopTimeout().toMillis() + 1000, TimeUnit.MILLISECONDS)
                    .onFailure(
                            failure -> log.debug("listener did not shut down address={}", listener.address, failure));
        }
    }

    @Override
    public void close() {
        await(vertx.close(), new HostPort("event loops", 0));
    }

    private static <T> T await(Future<T> future, HostPort address) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(address + ": interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartException("cannot listen on " + address + ": " + reason(cause), cause);
        } catch (TimeoutException e) {
            throw new StartException(address + ": not within " + TIMEOUT_SECONDS + " s", e);
        }
    }

    private static String reason(Throwable cause) {
        return cause instanceof BindException
                        && String.valueOf(cause.getMessage()).contains("in use")
                ? "another process listens there"
                : String.valueOf(cause.getMessage());
    }
}
