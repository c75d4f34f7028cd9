package dev.skerry.s3.http;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.http.AnswerMemory;
import dev.skerry.http.Exchange;
import dev.skerry.http.ExchangeSettings;
import dev.skerry.http.RequestIds;
import dev.skerry.http.RequestListener;
import dev.skerry.http.RequestThreads;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.logging.BucketLog;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.MDC;

/**
 * The S3 protocol at a listener: takes requests on the event loop and has each served on a thread of its own. Where all
 * threads are taken, answers SlowDown at once.
 */
public final class S3Endpoint implements Handler<HttpServerRequest> {
    /** The name of this protocol in access log and metrics. */
    public static final String SURFACE = "s3";

    private final Http http;
    private final Answers answers;
    private final S3Pipeline pipeline;
    private final WebsitePipeline websites;
    private final List<String> websiteDomains;
    private final List<String> allDomains;

    /**
     * What requests run on and are told to.
     *
     * @param threads the requests' own
     * @param slowThreads makes the threads on which slow documents are made; virtual ones in production
     * @param ids of requests
     * @param clock by which they are dated
     * @param settings their bounds
     * @param memory for the bytes of their answers
     * @param listener hears of each after it ended
     * @param bucketLog hears of those to buckets that log them
     */
    public record Http(
            RequestThreads threads,
            ThreadFactory slowThreads,
            RequestIds ids,
            InstantSource clock,
            ExchangeSettings settings,
            AnswerMemory memory,
            RequestListener listener,
            BucketLog bucketLog) {}

    /**
     * Where requests find what they are about, before their operations do.
     *
     * @param buckets finds a bucket by name without waiting long, as the catalog does
     * @param objects finds objects and uploads
     */
    public record Stores(Function<String, Optional<Bucket>> buckets, StoredObjects objects) {}

    /**
     * An endpoint.
     *
     * @param stores where buckets and objects are found
     * @param handlers what each operation does; one without a handler is answered with NotImplemented
     */
    public S3Endpoint(
            Http http,
            S3Settings settings,
            Identities identities,
            Authenticator authenticator,
            Stores stores,
            Map<S3Operation, S3Handler> handlers) {
        this.http = http;
        this.answers = new Answers(settings, http.slowThreads());
        RequestLog requestLog = new RequestLog(http.bucketLog(), settings.hostId());
        this.pipeline = new S3Pipeline(settings, identities, authenticator, stores, handlers, answers, requestLog);
        this.websites = new WebsitePipeline(settings, identities, stores, handlers, answers, requestLog);
        this.websiteDomains = settings.websiteDomains();
        this.allDomains = Stream.concat(settings.domains().stream(), websiteDomains.stream())
                .toList();
    }

    @Override
    public void handle(HttpServerRequest request) {
        Exchange exchange = Exchange.open(request, http.ids().next(), http.clock(), http.settings(), http.memory());
        if (!http.threads().submit(() -> serve(exchange))) {
            answers.sendErrorNow(exchange, S3Errors.of(new S3Exception(S3ErrorCode.SLOW_DOWN), ""));
            http.listener().finished(exchange.record(SURFACE));
        }
    }

    /** Answers what is not HTTP as we take it: for the server's handler of invalid requests. */
    public void handleInvalid(HttpServerRequest request) {
        Exchange exchange = Exchange.open(request, http.ids().next(), http.clock(), http.settings(), http.memory());
        answers.sendErrorNow(exchange, S3Errors.of(new S3Exception(S3ErrorCode.BAD_REQUEST), ""));
        http.listener().finished(exchange.record(SURFACE));
    }

    private void serve(Exchange exchange) {
        MDC.put(RequestIds.MDC_KEY, exchange.requestId());
        exchange.response().whenSlow(http.threads()::leave);
        try {
            if (isWebsite(exchange)) {
                websites.serve(exchange);
            } else {
                pipeline.serve(exchange);
            }
        } finally {
            // where an Error went through, nobody else will
            if (!exchange.response().ended()) {
                exchange.response().abort();
            }
            http.listener().finished(exchange.record(SURFACE));
            MDC.remove(RequestIds.MDC_KEY);
        }
    }

    private boolean isWebsite(Exchange exchange) {
        if (websiteDomains.isEmpty()) {
            return false;
        }
        String host = exchange.host().orElse("");
        String shown = HostedBuckets.of(host, websiteDomains);
        // of two domains that fit, the longer one counts
        return shown != null && shown.equals(HostedBuckets.of(host, allDomains));
    }
}
