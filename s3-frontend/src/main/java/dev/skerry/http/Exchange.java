package dev.skerry.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, opened on the event loop and then used by the request's own thread. It also gathers what
 * the access log and the metrics want to know.
 */
public final class Exchange {
    private final HttpServerRequest request;
    private final String requestId;
    private final InstantSource clock;
    private final Instant startedAt;
    private final long startedNanos = System.nanoTime();
    private final TrustedProxies.@Nullable Sender sender; // null where it is the peer itself
    private final RequestBody body;
    private final ResponseWriter response;

    // Of the request's thread.
    private String operation = "Unknown";
    private String identity = "";
    private String errorCode = "";

    private Exchange(
            HttpServerRequest request,
            Context context,
            String requestId,
            InstantSource clock,
            ExchangeSettings settings,
            AnswerMemory memory) {
        this.request = request;
        this.requestId = requestId;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.sender = settings.proxies().senderOf(request);
        this.body = RequestBody.of(request, settings);
        this.response = ResponseWriter.of(request, context, body, settings, memory);
    }

    /** Opens an exchange; must be called on the event loop, in the handler the request is given to. */
    public static Exchange open(
            HttpServerRequest request,
            String requestId,
            InstantSource clock,
            ExchangeSettings settings,
            AnswerMemory memory) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("an exchange is opened on the event loop");
        }
        return new Exchange(request, context, requestId, clock, settings, memory);
    }

    /** The request's head: method, URI, headers. Its body and answer are to be used through this exchange only. */
    public HttpServerRequest request() {
        return request;
    }

    /**
     * The request's head, addressed as its sender addressed it.
     *
     * @throws IllegalArgumentException if the query's encoding is broken
     */
    public RequestHead head() {
        RequestHead head = RequestHead.of(request);
        return sender == null ? head : sender.host().map(head::withHost).orElse(head);
    }

    /** The host that its sender addressed the request to; empty where it names none. */
    public Optional<String> host() {
        Optional<String> own = Optional.ofNullable(request.getHeader("Host"));
        return sender == null ? own : sender.host().or(() -> own);
    }

    /** The IP address of who sent the request, be it through proxies; empty where there is none. */
    public String clientAddress() {
        return sender == null ? TrustedProxies.peer(request) : sender.address();
    }

    /** Whether whoever sent the request did so by TLS. */
    public boolean secure() {
        return sender == null ? request.isSSL() : sender.secure();
    }

    /** The id the client sees. */
    public String requestId() {
        return requestId;
    }

    /** The request's path as it came, still encoded. */
    public String rawPath() {
        return RequestTarget.rawPath(request.uri());
    }

    /** When the request's head was there. */
    public Instant startedAt() {
        return startedAt;
    }

    /** The clock by which requests are judged. */
    public InstantSource clock() {
        return clock;
    }

    /** The bytes of the request. */
    public RequestBody body() {
        return body;
    }

    /** The answer. */
    public ResponseWriter response() {
        return response;
    }

    /** Names the operation for the record. */
    public void operation(String name) {
        operation = name;
    }

    /** Names who asks for the record. */
    public void identity(String name) {
        identity = name;
    }

    /** Names the error for the record. */
    public void errorCode(String code) {
        errorCode = code;
    }

    /** What happened, to be called when the exchange is over. */
    public RequestRecord record(String surface) {
        SocketAddress remote = request.remoteAddress();
        @Nullable String userAgent = request.getHeader("User-Agent");
        return new RequestRecord(
                startedAt,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                surface,
                operation,
                request.method().name(),
                rawPath(),
                sender == null ? String.valueOf(remote == null ? "" : remote) : sender.address(),
                identity,
                response.headSent() ? response.status() : RequestRecord.CLIENT_GONE,
                errorCode,
                body.takenBytes(),
                response.bodyBytes(),
                requestId,
                userAgent == null ? "" : userAgent);
    }
}
