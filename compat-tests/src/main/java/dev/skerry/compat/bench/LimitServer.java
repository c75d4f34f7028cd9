package dev.skerry.compat.bench;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that does as little as a server can: it answers 200 with nothing as soon as it has the request, or sends a
 * plain file of its folder, which it leaves to the system. It takes no notice of signatures, listens on loopback, and
 * ends when its standard input does, so that it does not outlive the kit.
 */
final class LimitServer extends AbstractVerticle {
    /** What its first line begins with; the port follows. */
    static final String READY = "port ";

    private static final Pattern FILE = Pattern.compile("/file/([0-9]+/[0-9]+)");

    private final Path folder;
    private final HttpServerOptions options;
    private final AtomicInteger port;

    private LimitServer(Path folder, HttpServerOptions options, AtomicInteger port) {
        this.folder = folder;
        this.options = options;
        this.port = port;
    }

    /** Serves a folder, over TLS where a key store and its password follow. */
    public static void main(String... arguments) throws IOException {
        HttpServerOptions options = new HttpServerOptions().setTcpNoDelay(true);
        if (arguments.length > 1) {
            options.setSsl(true)
                    .setKeyCertOptions(new PfxOptions().setPath(arguments[1]).setPassword(arguments[2]));
        }
        AtomicInteger port = new AtomicInteger();
        Vertx vertx = Vertx.vertx();
        vertx.deployVerticle(
                        () -> new LimitServer(Path.of(arguments[0]), options, port),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        System.out.println(READY + port.get());
        while (System.in.read() >= 0) {
            // nothing is said to it; the end is what it waits for
        }
        System.exit(0);
    }

    @Override
    public void start(Promise<Void> started) {
        // a port below 0 is a free one that all instances share
        vertx.createHttpServer(options)
                .requestHandler(this::answer)
                .listen(-1, "127.0.0.1")
                .onSuccess(this::note)
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void note(HttpServer server) {
        port.set(server.actualPort());
    }

    private void answer(HttpServerRequest request) {
        Matcher file = FILE.matcher(request.path());
        if (file.matches()) {
            request.response()
                    .sendFile(folder.resolve(file.group(1)).toString())
                    .onFailure(_ -> request.response().reset());
        } else {
            request.endHandler(_ -> request.response().end());
        }
    }
}
