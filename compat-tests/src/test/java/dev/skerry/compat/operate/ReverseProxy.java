package dev.skerry.compat.operate;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * A reverse proxy of the plain kind: it speaks to the server under the server's own name, and says in
 * {@code X-Forwarded-} headers how it was spoken to itself.
 */
final class ReverseProxy implements AutoCloseable {
    /** Who the proxy says its clients are. */
    static final String CLIENT = "192.0.2.55";

    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private final URI server;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final HttpServer listener;

    ReverseProxy(URI server) {
        this.server = server;
        listener = vertx.createHttpServer(new HttpServerOptions().setHandle100ContinueAutomatically(true))
                .requestHandler(this::pass);
        listener.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** How clients address it. */
    URI url() {
        return URI.create("http://127.0.0.1:" + listener.actualPort());
    }

    private void pass(HttpServerRequest in) {
        in.body()
                .compose(body -> client.request(new RequestOptions()
                                .setMethod(in.method())
                                .setHost(server.getHost())
                                .setPort(server.getPort())
                                .setURI(in.uri()))
                        .compose(out -> send(in, out, body)))
                .compose(answer -> answer.body().compose(bytes -> giveBack(in, answer, bytes)))
                .onFailure(_ -> in.connection().close());
    }

    private static Future<HttpClientResponse> send(HttpServerRequest in, HttpClientRequest out, Buffer body) {
        copy(in.headers(), out.headers());
        out.putHeader("X-Forwarded-Host", in.getHeader("Host"));
        out.putHeader("X-Forwarded-Proto", "https");
        out.putHeader("X-Forwarded-For", CLIENT);
        return out.send(body);
    }

    private static Future<Void> giveBack(HttpServerRequest in, HttpClientResponse answer, Buffer bytes) {
        in.response().setStatusCode(answer.statusCode());
        copy(answer.headers(), in.response().headers());
        return in.response().end(bytes);
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                to.add(name, value);
            }
        });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
