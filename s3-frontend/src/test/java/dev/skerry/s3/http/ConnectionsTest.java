package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.http.Connections;
import dev.skerry.http.ServerOptions;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private final Vertx vertx = Vertx.vertx();

    /** Closed by Vert.x as soon as nobody knows it any more. */
    private final WebSocketClient sockets = vertx.createWebSocketClient();

    private final BlockingQueue<HttpServerRequest> requests = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private int listen(Connections connections) {
        return listen(connections, requests::add);
    }

    private int listen(Connections connections, Handler<HttpServerRequest> handler) {
        connections.watch(vertx);
        HttpServer server = vertx.createHttpServer(ServerOptions.create("127.0.0.1", 0, Duration.ofMinutes(5)))
                .connectionHandler(connections::opened)
                .requestHandler(connections.watching(handler));
        return server.listen().toCompletionStage().toCompletableFuture().join().actualPort();
    }

    private HttpServerRequest next() throws InterruptedException {
        HttpServerRequest request = requests.poll(3, TimeUnit.MINUTES);
        assertThat(request).isNotNull();
        return request;
    }

    @Test
    void aHeadThatComesByteByByteDoesNotKeepItsConnection() throws Exception {
        int port = listen(new Connections(10, Duration.ofMillis(500)));
        try (RawClient client = new RawClient(port)) {
            client.send("GET /key HTTP/1.1\r\nHost: h\r\nX-Long: ");
            int sent = 0;
            while (!client.hears(50) && sent < 400) {
                client.send("x");
                sent++;
            }
            assertThat(client.closedByServer()).isTrue();
            assertThat(sent).isLessThan(400);
            assertThat(requests).isEmpty();
        }
    }

    @Test
    void aRequestUnderWayMayTakeItsTimeAndTheNextOneBeginsAnew() throws Exception {
        Connections connections = new Connections(10, Duration.ofMillis(500));
        int port = listen(connections);
        try (RawClient client = new RawClient(port)) {
            for (int i = 0; i < 2; i++) {
                client.send("GET /key HTTP/1.1\r\nHost: h\r\n\r\n");
                HttpServerRequest request = next();
                assertThat(client.hears(1500)).isFalse();
                vertx.runOnContext(_ -> request.response().end());
                assertThat(client.read(false).status()).isEqualTo(200);
            }
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void oneTooManyIsClosedAndThoseOpenGoOn() throws Exception {
        Connections connections = new Connections(1, Duration.ofMinutes(5));
        int port = listen(connections);
        try (RawClient first = new RawClient(port)) {
            first.send("GET /key HTTP/1.1\r\nHost: h\r\n\r\n");
            HttpServerRequest request = next();
            try (RawClient second = new RawClient(port)) {
                assertThat(second.closedByServer()).isTrue();
            }
            assertThat(connections.refusedCount()).isEqualTo(1);
            assertThat(connections.openCount()).isEqualTo(1);
            vertx.runOnContext(_ -> request.response().end());
            assertThat(first.read(false).status()).isEqualTo(200);
        }
    }

    /** Nodes speak to each other over one: it has no next request, and is not closed for waiting for it. */
    @Test
    void oneThatBecameAWebSocketStaysUntilItsEndAndIsCountedUntilThen() throws Exception {
        Connections connections = new Connections(10, Duration.ofSeconds(2));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        int port = listen(
                connections,
                request -> request.toWebSocket().onSuccess(socket -> socket.textMessageHandler(heard::add)));
        WebSocket socket = sockets.connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI("/stream"))
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        assertThat(heard.poll(5, TimeUnit.SECONDS)).isNull();
        socket.writeTextMessage("still there");
        assertThat(heard.poll(3, TimeUnit.MINUTES)).isEqualTo("still there");
        assertThat(connections.openCount()).isEqualTo(1);

        socket.close().toCompletionStage().toCompletableFuture().join();
        for (int i = 0; i < 3000 && connections.openCount() > 0; i++) {
            heard.poll(20, TimeUnit.MILLISECONDS);
        }
        assertThat(connections.openCount()).isZero();
    }
}
