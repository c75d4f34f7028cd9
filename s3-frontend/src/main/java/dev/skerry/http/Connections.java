package dev.skerry.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a node's listeners: no more than so many at once, and none for long on which no request is under
 * way. A client that sends the head of a request byte by byte is never silent, so the idle timeout alone would let it
 * keep its connection for ever. Safe for many threads.
 */
public final class Connections {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final int LOOKS_PER_TIMEOUT = 4;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final int limit;
    private final Duration headTimeout;
    private final Map<HttpConnection, Client> open = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();

    /** Whether a connection waits for the head of a request, and since when. */
    private static final class Client {
        private final AtomicInteger underWay = new AtomicInteger();
        private volatile long waitsSinceNanos = System.nanoTime();
    }

    /**
     * Bounds connections that listeners are yet to tell of.
     *
     * @param limit the most at once, over all listeners
     * @param headTimeout how long a connection may be without a request, from its beginning or the last answer's end
     */
    public Connections(int limit, Duration headTimeout) {
        this.limit = limit;
        this.headTimeout = headTimeout;
    }

    /** Begins to look for connections that took too long, until {@code vertx} is closed. */
    public void watch(Vertx vertx) {
        vertx.setPeriodic(Math.max(1, headTimeout.toMillis() / LOOKS_PER_TIMEOUT), _ -> closeOverdue());
    }

    /** For a listener's connection handler: takes a new connection in, or closes it where there are enough. */
    public void opened(HttpConnection connection) {
        if (count.incrementAndGet() > limit) {
            count.decrementAndGet();
            if (Long.bitCount(refused.incrementAndGet()) == 1) {
                log.warn("too many connections, new ones are closed limit={} refused={}", limit, refused.get());
            }
            connection.close();
            return;
        }
        open.put(connection, new Client());
        // the connection's own handler is not told where another protocol follows on HTTP
        ((HttpServerConnection) connection)
                .channelHandlerContext()
                .channel()
                .closeFuture()
                .addListener(_ -> {
                    open.remove(connection);
                    count.decrementAndGet();
                });
    }

    /** A handler that notices when requests begin and end, and passes them on. */
    public Handler<HttpServerRequest> watching(Handler<HttpServerRequest> next) {
        return request -> {
            Client client = open.get(request.connection());
            if (client != null) {
                client.underWay.incrementAndGet();
                request.response().endHandler(_ -> {
                    // what another protocol follows on is under way for good
                    if (request.response().getStatusCode() != SWITCHING_PROTOCOLS) {
                        client.waitsSinceNanos = System.nanoTime();
                        client.underWay.decrementAndGet();
                    }
                });
            }
            next.handle(request);
        };
    }

    /** How many are open now. */
    public int openCount() {
        return count.get();
    }

    /** How many were closed at once because there were enough. */
    public long refusedCount() {
        return refused.get();
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        open.forEach((connection, client) -> {
            if (client.underWay.get() == 0 && now - client.waitsSinceNanos >= headTimeout.toNanos()) {
                connection.close();
            }
        });
    }
}
