package dev.skerry.compat.server;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;

/**
 * A request on its way to a node and its answer on the way back, on one event loop. What a client breaks off is broken
 * off at the node too, with the connection to it: one that still owes the node a body would give it the next request as
 * that.
 */
final class PassedRequest {
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "http2-settings", "keep-alive", "transfer-encoding", "upgrade");

    /** For which a client that is told that the connection ends may still send, so that it reads why. */
    private static final long LINGER_MILLIS = 2000;

    private final Vertx vertx;
    private final HttpServerRequest in;
    private final HttpClientRequest out;
    private boolean sent;
    private boolean answered;

    /** Of a request that is paused, and the one to a node that stands for it. */
    PassedRequest(Vertx vertx, HttpServerRequest in, HttpClientRequest out) {
        this.vertx = vertx;
        this.in = in;
        this.out = out;
    }

    /** Fails where the node cannot be asked or breaks off. */
    Future<Void> pass() {
        in.connection().closeHandler(_ -> brokenOff());
        // the answer fails of the same, and says so
        out.exceptionHandler(_ -> {});
        if (in.response().closed()) {
            brokenOff();
        } else {
            send();
        }
        return out.response().compose(this::giveBack);
    }

    private void brokenOff() {
        if (!sent || !answered) {
            out.reset();
        }
    }

    /** Under the name that the client signed the request for. */
    private void send() {
        MultiMap headers = in.headers();
        copy(headers, out.headers());
        if (!headers.contains("content-length") && !headers.contains("transfer-encoding")) {
            in.resume();
            sent = true;
            out.end();
            return;
        }
        out.setChunked(!headers.contains("content-length"));
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            out.continueHandler(_ -> {
                in.response().writeContinue();
                sendBody();
            });
            out.writeHead();
        } else {
            sendBody();
        }
    }

    /** Not ended where the client breaks off: it must not look whole. */
    private void sendBody() {
        in.pipe().endOnFailure(false).to(out).onSuccess(_ -> sent = true);
    }

    private Future<Void> giveBack(HttpClientResponse answer) {
        answer.end().onSuccess(_ -> answered = true);
        boolean closing = "close".equalsIgnoreCase(answer.getHeader("connection"));
        in.response().setStatusCode(answer.statusCode());
        copy(answer.headers(), in.response().headers());
        if (closing) {
            in.response().putHeader("connection", "close");
        }
        return giveBackBody(answer).onSuccess(_ -> {
            if (closing) {
                in.resume();
                vertx.setTimer(LINGER_MILLIS, _ -> in.connection().close());
            }
        });
    }

    private Future<Void> giveBackBody(HttpClientResponse answer) {
        if (in.method().equals(HttpMethod.HEAD) || answer.statusCode() == 204 || answer.statusCode() == 304) {
            return answer.end().compose(_ -> in.response().end());
        }
        in.response().setChunked(!answer.headers().contains("content-length"));
        return answer.pipe().endOnFailure(false).to(in.response());
    }

    private static void copy(MultiMap from, MultiMap to) {
        from.forEach((name, value) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                to.add(name, value);
            }
        });
    }
}
