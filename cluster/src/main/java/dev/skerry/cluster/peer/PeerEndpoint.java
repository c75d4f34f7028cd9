package dev.skerry.cluster.peer;

import io.netty.buffer.Unpooled;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what other nodes ask under {@code /_/internal/v1/}. Who sends a request is known before a byte of its body is
 * taken in; a body is handed on only once it is known to be the one that was sent. Short bodies are judged on the event
 * loop, longer ones beside it.
 */
final class PeerEndpoint implements Handler<HttpServerRequest> {
    /** What is judged sooner than another thread is woken. */
    static final int SHORT_BYTES = 32 * 1024;

    private static final Logger log = LoggerFactory.getLogger(PeerEndpoint.class);
    private static final int MAX_MESSAGE_CHARACTERS = 1024;

    private final RequestCheck check;
    private final Served served;
    private final PeerSettings settings;
    private final PeerListener listener;
    private final Executor aside;
    private final ServedStream.Ports streams;
    private final AtomicLong heldBytes = new AtomicLong();
    private final Map<Refusal, Complaints> complaints = new ConcurrentHashMap<>();

    /** Who answers: calls by their services, and those who ask for documents. */
    record Served(Services calls, Services documents) {}

    PeerEndpoint(
            RequestCheck check,
            Served served,
            PeerSettings settings,
            PeerListener listener,
            Executor aside,
            InstantSource clock) {
        this.check = check;
        this.served = served;
        this.settings = settings;
        this.listener = listener;
        this.aside = aside;
        this.streams = new ServedStream.Ports(served.calls(), settings, clock, this::ended);
    }

    private void ended(Refusal reason, String detail) {
        listener.refused(reason);
        log.info("a stream between nodes is not believed reason={} {}", reason.word(), detail);
    }

    @Override
    public void handle(HttpServerRequest request) {
        boolean stream = request.uri().equals(PeerTarget.STREAM);
        long length = stream ? 0 : bodyBytes(request);
        if (length < 0) {
            refuse(request, Refusal.MALFORMED, "");
            return;
        }
        RequestProof.Line line = new RequestProof.Line(request.method().name(), request.uri(), length);
        switch (check.judge(
                request.getHeader(RequestProof.HEADER),
                line,
                request.connection().sslSession())) {
            case RequestCheck.Verdict.Refused(Refusal reason, String detail) -> refuse(request, reason, detail);
            case RequestCheck.Verdict.OtherRun(RequestCheck.Evidence evidence) -> new Call(request, evidence).tellRun();
            case RequestCheck.Verdict.Proved(RequestCheck.Evidence evidence) -> {
                Call call = new Call(request, evidence);
                if (stream) {
                    call.becomeStream();
                } else {
                    call.receive((int) Math.min(length, Integer.MAX_VALUE));
                }
            }
        }
    }

    /** The Content-Length; -1 where the body is framed as no node does. */
    private static long bodyBytes(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return -1;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private void refuse(HttpServerRequest request, Refusal reason, String detail) {
        listener.refused(reason);
        if (!detail.isEmpty()
                && complaints.computeIfAbsent(reason, _ -> new Complaints()).due()) {
            log.warn(
                    "request between nodes refused from={} reason={}: {}: {}",
                    request.remoteAddress(),
                    reason.word(),
                    reason.message(),
                    detail);
        } else if (reason == Refusal.MISSING || !detail.isEmpty()) {
            log.debug("request between nodes refused from={} reason={}", request.remoteAddress(), reason.word());
        } else {
            log.info("request between nodes refused from={} reason={}", request.remoteAddress(), reason.word());
        }
        String code = reason.word();
        request.response()
                .setStatusCode(403)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end("{\"code\":\"" + code + "\",\"message\":\"" + reason.message() + "\"}\n")
                .onComplete(_ -> request.connection().close());
    }

    /** One request whose sender is known. */
    private final class Call {
        private final HttpServerRequest request;
        private final RequestCheck.Evidence evidence;

        // Of the event loop.
        private int held;

        Call(HttpServerRequest request, RequestCheck.Evidence evidence) {
            this.request = request;
            this.evidence = evidence;
        }

        void tellRun() {
            request.resume();
            answer(409, new byte[0]);
        }

        void becomeStream() {
            SessionKeys keys = evidence.streamKeys();
            if (keys == null) {
                request.resume();
                fail(404, "with certificates there are no streams");
                return;
            }
            request.toWebSocket()
                    .onSuccess(socket -> new ServedStream(
                                    Objects.requireNonNull(Vertx.currentContext()),
                                    socket,
                                    evidence.caller(),
                                    new StreamProof(keys, SessionKeys.Speaker.CALLED),
                                    streams)
                            .serve())
                    .onFailure(failure -> log.debug("a stream could not begin", failure));
        }

        void receive(int length) {
            if (length > settings.maxBodyBytes()) {
                drop(413, "the request has " + length + " bytes (expected: " + settings.maxBodyBytes() + " or fewer)");
                return;
            }
            if (heldBytes.addAndGet(length) > settings.maxHeldBytes()) {
                heldBytes.addAndGet(-length);
                drop(503, "too much is being received at present");
                return;
            }
            held = length;
            request.body().onComplete(body -> {
                if (body.failed()) {
                    release();
                } else if (length <= SHORT_BYTES) {
                    received(body.result().getBytes());
                } else {
                    aside.execute(() -> received(body.result().getBytes()));
                }
            });
        }

        private void received(byte[] body) {
            if (!evidence.covers(body)) {
                release();
                refuse(request, Refusal.BODY, "");
                return;
            }
            serve(body);
        }

        private void serve(byte[] body) {
            String uri = request.uri();
            String method = request.method().name();
            if (method.equals(PeerTarget.POST) && uri.startsWith(PeerTarget.CALLS)) {
                answer(served.calls(), uri.substring(PeerTarget.CALLS.length()), body);
            } else if (method.equals(PeerTarget.GET) && uri.startsWith(PeerTarget.DOCUMENTS)) {
                answer(served.documents(), uri.substring(PeerTarget.DOCUMENTS.length()), body);
            } else {
                fail(404, "nothing is served at this path");
            }
        }

        private void answer(Services services, String name, byte[] body) {
            Optional<CompletableFuture<byte[]>> answer = services.call(evidence.caller(), name, body);
            if (answer.isEmpty()) {
                fail(404, "this node does not serve " + name);
                return;
            }
            CompletableFuture<byte[]> _ = answer.get().whenComplete((bytes, failure) -> {
                if (failure != null) {
                    fail(500, reason(failure));
                } else if (bytes.length > settings.maxBodyBytes()) {
                    fail(500, "the answer has " + bytes.length + " bytes");
                } else {
                    answer(200, bytes);
                }
            });
        }

        private void fail(int status, String message) {
            answer(status, message.getBytes(StandardCharsets.UTF_8));
        }

        /** Answers without taking in the body, after which the connection is of no more use. */
        private void drop(int status, String message) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            answer(
                    status,
                    message.getBytes(StandardCharsets.UTF_8),
                    () -> request.connection().close());
        }

        private void answer(int status, byte[] body) {
            answer(status, body, () -> {});
        }

        private void answer(int status, byte[] body, Runnable whenOut) {
            release();
            HttpServerResponse response = request.response();
            if (response.ended() || response.closed()) {
                return;
            }
            response.setStatusCode(status)
                    .putHeader(RequestProof.HEADER, evidence.answer(status, body))
                    .end(BufferInternal.buffer(Unpooled.wrappedBuffer(body)))
                    .onComplete(_ -> whenOut.run());
        }

        private synchronized void release() {
            heldBytes.addAndGet(-held);
            held = 0;
        }
    }

    static String reason(Throwable failure) {
        @Nullable Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        String text = String.valueOf(cause);
        return text.length() > MAX_MESSAGE_CHARACTERS ? text.substring(0, MAX_MESSAGE_CHARACTERS) : text;
    }
}
