package dev.skerry.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a node of a cluster answers from the moment it listens: other nodes at once, because it needs them to become
 * ready, and everybody else once it is; until then that it is not.
 */
final class StartingRouter implements Handler<HttpServerRequest> {
    static final String INTERNAL = "/_/internal/";

    private volatile @Nullable Handler<HttpServerRequest> peers;
    private volatile @Nullable Handler<HttpServerRequest> everybody;
    private volatile @Nullable Handler<HttpServerRequest> invalid;

    /** Who answers other nodes until everybody is answered. */
    void peers(Handler<HttpServerRequest> handler) {
        peers = handler;
    }

    /** Who answers everybody from now on, other nodes too, and requests that are none. */
    void ready(Handler<HttpServerRequest> handler, Handler<HttpServerRequest> invalidRequests) {
        everybody = handler;
        invalid = invalidRequests;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Handler<HttpServerRequest> ready = everybody;
        answer(request, ready == null && request.uri().startsWith(INTERNAL) ? peers : ready);
    }

    /** A request that could not be read as one. */
    void handleInvalid(HttpServerRequest request) {
        answer(request, invalid);
    }

    private static void answer(HttpServerRequest request, @Nullable Handler<HttpServerRequest> handler) {
        if (handler == null) {
            request.response()
                    .setStatusCode(503)
                    .putHeader("Retry-After", "1")
                    .putHeader("Connection", "close")
                    .end();
        } else {
            handler.handle(request);
        }
    }
}
