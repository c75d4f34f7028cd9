package dev.skerry.compat.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One address for several nodes: each request goes to the next of them, whatever connection it came by. */
public final class RotatingEndpoint implements AutoCloseable {
    private static final int CONNECTIONS = 256;

    /** Less than nodes keep a connection that says nothing, so that none is closed just as it is used. */
    private static final int KEPT_SECONDS = 5;

    private final List<URI> nodes;
    private final AtomicInteger turn = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setDecompressionSupported(false).setKeepAliveTimeout(KEPT_SECONDS),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    private final HttpServer listener;

    /** An endpoint that listens. */
    public RotatingEndpoint(List<URI> nodes) {
        this.nodes = List.copyOf(nodes);
        listener = vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setMaxHeaderSize(65_536)
                        .setMaxInitialLineLength(65_536))
                .requestHandler(this::pass);
        listener.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** An endpoint for whoever has nodes that run: their URLs are the arguments. Ends with the process. */
    public static void main(String... nodes) {
        RotatingEndpoint endpoint =
                new RotatingEndpoint(Arrays.stream(nodes).map(URI::create).toList());
        System.out.println("is ready: S3 " + endpoint.url() + " ");
    }

    /** How clients address it. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + listener.actualPort());
    }

    private void pass(HttpServerRequest in) {
        in.pause();
        URI node = nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
        client.request(new RequestOptions()
                        .setMethod(in.method())
                        .setHost(node.getHost())
                        .setPort(node.getPort())
                        .setURI(in.uri()))
                .compose(out -> new PassedRequest(vertx, in, out).pass())
                .onFailure(failure -> giveUp(in, failure));
    }

    /** As a load balancer does where a node cannot be asked; what was begun is cut off. */
    private static void giveUp(HttpServerRequest in, Throwable failure) {
        if (in.response().closed()) {
            return;
        }
        System.err.println("RotatingEndpoint: " + in.method() + " " + in.path() + ": " + failure);
        if (in.response().headWritten()) {
            in.connection().close();
            return;
        }
        in.response()
                .setStatusCode(503)
                .putHeader("connection", "close")
                .end()
                .onComplete(_ -> in.connection().close());
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
