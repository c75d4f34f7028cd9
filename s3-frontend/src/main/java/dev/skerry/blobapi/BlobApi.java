package dev.skerry.blobapi;

import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.placement.PlacementPolicy;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Listing;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.ConnectionLostException;
import dev.skerry.http.Exchange;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestListener;
import dev.skerry.http.RequestTarget;
import dev.skerry.http.RequestThreads;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.http.ProtocolAccess;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native API: the versioned blob core over HTTP and JSON. It is mounted twice, below {@code /_/} on the S3 port and
 * at the roots older clients know on a listener of its own; {@link #onS3Port} and {@link #onNativeListener} are the two
 * doors.
 */
public final class BlobApi {
    private static final Logger log = LoggerFactory.getLogger(BlobApi.class);
    private static final String SURFACE = "native";
    private static final String DESCRIPTION_FILE = "/openapi/native.yaml";

    private final BlobResource blobs;
    private final ListResource lists;
    private final SlotResource slots;
    private final NodeResource nodes;
    private final EventResource events;
    private final CallerCheck callerCheck;
    private final ProtocolAccess rules;
    private final Http http;
    private final byte[] description;

    /**
     * What a person sets.
     *
     * @param nativeListenerOpen whether whoever reaches the native listener acts as root without saying who they are
     * @param maxWait the longest a page of events waits for news
     * @param heartbeat how often a silent stream of events says that it lives
     * @param maxSubscribers how many may wait for events at once
     */
    public record Settings(boolean nativeListenerOpen, Duration maxWait, Duration heartbeat, int maxSubscribers) {
        /** Fit for a small machine; the listener asks who one is. */
        public static final Settings DEFAULT = new Settings(false, Duration.ofSeconds(60), Duration.ofSeconds(15), 64);
    }

    /** The store it stands on; {@code signal} is told of every commit. */
    public record Stores(
            BlobStore blobs,
            Listing listing,
            Catalog catalog,
            MetadataStore metadata,
            PlacementPolicy placement,
            FeedSignal signal,
            NodeView nodes) {}

    /** Who may call, and do what: {@code root} is whom an open listener takes everyone for. */
    public record Callers(Tokens tokens, SignatureCheck signatures, Identity root, ProtocolAccess rules) {}

    /** What all HTTP surfaces share. */
    public record Http(
            RequestThreads threads,
            RequestIds ids,
            InstantSource clock,
            ExchangeSettings settings,
            AnswerMemory memory,
            RequestListener listener) {}

    /** Wires the calls; starts nothing. */
    public BlobApi(Settings settings, Stores stores, Callers callers, Http http) {
        Access access = new Access(stores.catalog());
        ChangeFeed feed = new ChangeFeed(stores.metadata(), stores.catalog(), stores.signal());
        this.blobs = new BlobResource(stores.blobs(), stores.placement(), access);
        this.lists = new ListResource(new PathListing(stores.listing()), access);
        this.slots = new SlotResource(stores.metadata(), stores.placement(), access);
        this.nodes = new NodeResource(stores.nodes());
        this.events = new EventResource(
                feed, stores.signal(), access, settings.maxWait(), settings.heartbeat(), settings.maxSubscribers());
        this.callerCheck =
                new CallerCheck(callers.tokens(), callers.signatures(), callers.root(), settings.nativeListenerOpen());
        this.rules = callers.rules();
        this.http = http;
        this.description = description();
    }

    /** Answers requests below {@code /_/api/v1/} and {@code /_/openapi/} on the S3 port; called on the event loop. */
    public Handler<HttpServerRequest> onS3Port() {
        return request -> accept(Resource.Mount.S3_PORT, request);
    }

    /** Answers every request of the native listener; called on the event loop. */
    public Handler<HttpServerRequest> onNativeListener() {
        return request -> accept(Resource.Mount.NATIVE_LISTENER, request);
    }

    private void accept(Resource.Mount mount, HttpServerRequest request) {
        Exchange exchange = Exchange.open(request, http.ids().next(), http.clock(), http.settings(), http.memory());
        if (http.threads().submit(() -> serve(mount, exchange))) {
            return;
        }
        ApiError error = ApiError.overloaded();
        Map<String, String> headers = new LinkedHashMap<>(error.headers());
        headers.put("Content-Type", "application/json");
        exchange.errorCode(error.code().wireName());
        exchange.response()
                .sendNow(error.code().status(), headers, Json.line(error.toJson(exchange.requestId())) + "\n");
        http.listener().finished(exchange.record(SURFACE));
    }

    private void serve(Resource.Mount mount, Exchange exchange) {
        exchange.response().whenSlow(http.threads()::leave);
        try {
            answer(mount, exchange).send(exchange.response(), exchange.requestId());
        } catch (ConnectionLostException gone) {
            log.debug("client is gone request_id={}", exchange.requestId(), gone);
            exchange.response().abort();
        } catch (RuntimeException failure) {
            refuse(exchange, failure);
        } finally {
            // where an Error went through, nobody else will
            if (!exchange.response().ended()) {
                exchange.response().abort();
            }
            http.listener().finished(exchange.record(SURFACE));
        }
    }

    private ApiResponse answer(Resource.Mount mount, Exchange exchange) {
        HttpServerRequest request = exchange.request();
        RequestTarget target = RequestTarget.parse(request.uri());
        Route.Match match = Route.match(mount, target.rawPath())
                .orElseThrow(() ->
                        new ApiException(ApiErrorCode.NO_SUCH_RESOURCE, "nothing is served at " + target.rawPath()));
        Query query = Query.of(target);
        Route route = Route.of(request.method().name(), match.resource(), query)
                .orElseThrow(() -> new ApiException(
                        ApiErrorCode.METHOD_NOT_ALLOWED,
                        request.method() + " is not for " + target.rawPath(),
                        Map.of("Allow", Route.allowed(match.resource()))));
        exchange.operation(route.operation());
        if (route == Route.GET_DESCRIPTION) {
            return new ApiResponse.Page("application/yaml", description);
        }
        SignatureCheck.Signed signed = callerCheck.identify(mount, exchange);
        exchange.identity(signed.identity().name());
        exchange.response().reserveDocument(ListResource.answerBytes(route, query));
        return call(new ApiCall(
                route,
                signed.identity(),
                rules.caller(exchange, signed.identity()),
                match.rawVariable(),
                query,
                request.headers(),
                signed.body()));
    }

    private ApiResponse call(ApiCall call) {
        return switch (call.route()) {
            case PUT_BLOB -> blobs.put(call);
            case GET_BLOB -> blobs.get(call);
            case LIST_VERSIONS -> blobs.versions(call);
            case HEAD_BLOB -> blobs.head(call);
            case DELETE_BLOB -> blobs.delete(call);
            case UNDELETE_BLOB -> blobs.undelete(call);
            case LIST_BLOBS -> lists.list(call);
            case GET_HEALTH -> nodes.health();
            case LIST_NODES -> nodes.nodes();
            case READ_EVENTS -> events.read(call);
            case RESOLVE_SLOT -> slots.resolve(call);
            case GET_SLOT -> slots.get(call);
            case GET_DESCRIPTION -> new ApiResponse.Page("application/yaml", description);
        };
    }

    private void refuse(Exchange exchange, RuntimeException failure) {
        ApiError error = ApiError.of(failure);
        exchange.errorCode(error.code().wireName());
        if (error.code().status() == 500) {
            log.error("request failed request_id={}", exchange.requestId(), failure);
        }
        if (exchange.response().headSent()) {
            exchange.response().abort();
            return;
        }
        try {
            new ApiResponse.Document(error.code().status(), error.headers(), error.toJson(exchange.requestId()))
                    .send(exchange.response(), exchange.requestId());
        } catch (ConnectionLostException gone) {
            log.debug("client is gone request_id={}", exchange.requestId(), gone);
            exchange.response().abort();
        }
    }

    private static byte[] description() {
        try (InputStream file = BlobApi.class.getResourceAsStream(DESCRIPTION_FILE)) {
            if (file == null) {
                throw new IllegalStateException(DESCRIPTION_FILE + " is not in the build");
            }
            return file.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
