package dev.skerry.s3.http;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.NoSuchBucket;
import dev.skerry.http.ConnectionLostException;
import dev.skerry.http.Exchange;
import dev.skerry.http.MemoryBudget;
import dev.skerry.http.PercentCode;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestTarget;
import dev.skerry.s3.BucketDocuments;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.auth.PayloadProtection;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Errors.S3Error;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.website.Locations;
import dev.skerry.s3.website.Website;
import dev.skerry.s3.website.Website.Redirection;
import dev.skerry.s3.website.WebsiteXml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request to a bucket's website goes through: nobody signs, only GET and HEAD are known, queries mean
 * nothing, and errors are pages. Objects are read as GetObject reads them, once the bucket lets everyone do so.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html">Website endpoints</a>
 */
final class WebsitePipeline {
    private static final Logger log = LoggerFactory.getLogger(WebsitePipeline.class);
    private static final String REDIRECT_LOCATION = "x-amz-website-redirect-location";
    private static final int FOUND = 302;

    private final S3Settings settings;
    private final S3Endpoint.Stores stores;
    private final BucketAccessReader access;
    private final UnsignedRequests unsigned;
    private final Map<S3Operation, S3Handler> handlers;
    private final Answers answers;
    private final RequestLog requestLog;
    private final Cors cors = new Cors();

    /** Websites have no documents to send. */
    private final MemoryBudget noDocuments = new MemoryBudget(1);

    private final BucketDocuments<Website> kept = new BucketDocuments<>(ConfigurationKind.WEBSITE, WebsiteXml::ofKept);

    WebsitePipeline(
            S3Settings settings,
            Identities identities,
            S3Endpoint.Stores stores,
            Map<S3Operation, S3Handler> handlers,
            Answers answers,
            RequestLog requestLog) {
        this.settings = settings;
        this.stores = stores;
        this.access = new BucketAccessReader(settings.compatibility());
        this.unsigned = new UnsignedRequests(identities, settings.compatibility());
        this.handlers = Map.copyOf(handlers);
        this.answers = answers;
        this.requestLog = requestLog;
    }

    /** A request on its way. Used by its own thread. */
    private static final class Visit {
        private final Exchange exchange;
        private Map<String, String> corsHeaders = Map.of();
        private @Nullable Bucket bucket;
        private @Nullable String key;
        private Map<String, String> answered = Map.of();

        Visit(Exchange exchange) {
            this.exchange = exchange;
        }
    }

    /** Answers a request, one way or another. */
    void serve(Exchange exchange) {
        Visit visit = new Visit(exchange);
        try {
            exchange.operation("Website");
            exchange.identity(Identity.ANONYMOUS.name());
            answer(visit);
        } catch (ConnectionLostException gone) {
            giveUp(exchange, gone);
        } catch (RuntimeException failure) {
            fail(visit, failure, null);
        }
        Bucket logged = visit.bucket;
        if (logged != null && RequestLog.wants(logged)) {
            requestLog.finished(
                    exchange,
                    new RequestLog.Subject(
                            logged,
                            visit.key,
                            Identity.ANONYMOUS,
                            "WEBSITE." + exchange.request().method().name() + ".OBJECT",
                            visit.answered));
        }
    }

    private void answer(Visit visit) {
        RequestHead head = head(visit.exchange);
        String host = head.header("host").orElse("");
        String name = HostedBuckets.of(host, settings.websiteDomains());
        if (name == null) {
            throw new S3Exception(S3ErrorCode.INVALID_REQUEST, "The host names no bucket");
        }
        Optional<Bucket> bucket = stores.buckets().apply(name);
        visit.bucket = bucket.orElse(null);
        if (head.method().equals("OPTIONS")) {
            send(visit, cors.preflight(head, S3Operation.Resource.OBJECT, bucket));
            return;
        }
        visit.corsHeaders = cors.headers(head, bucket);
        if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
            throw new S3Exception(
                    S3ErrorCode.METHOD_NOT_ALLOWED,
                    S3ErrorCode.METHOD_NOT_ALLOWED.message(),
                    Map.of("Method", head.method(), "ResourceType", "OBJECT"));
        }
        if (bucket.isEmpty()) {
            throw new StoreException(new NoSuchBucket(name));
        }
        Website website = website(bucket.get());
        String key = key(head.target().rawPath());
        visit.key = website.shown(key);
        Optional<Redirection> redirection = website.redirect(key);
        if (redirection.isPresent()) {
            redirect(visit, host, key, redirection.get());
            return;
        }
        try {
            sendObject(visit, read(visit.exchange, head, bucket.get(), website.shown(key)));
        } catch (S3Exception | StoreException refusal) {
            recover(visit, head, bucket.get(), website, key, refusal);
        }
    }

    private Website website(Bucket bucket) {
        return kept.of(bucket)
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.NO_SUCH_WEBSITE_CONFIGURATION,
                        S3ErrorCode.NO_SUCH_WEBSITE_CONFIGURATION.message(),
                        Map.of("BucketName", bucket.name())));
    }

    /** What there is instead of what cannot be shown: the folder, where a rule sends it, or the error document. */
    private void recover(
            Visit visit, RequestHead head, Bucket bucket, Website website, String key, RuntimeException refusal) {
        int status = S3Errors.of(refusal, "").code().status();
        boolean missing = status == 404 || status == 403;
        if (missing && isFolder(visit.exchange, head, bucket, website, key)) {
            moved(visit, FOUND, Locations.path(key) + "/");
            return;
        }
        Optional<Redirection> redirection = website.redirect(key, status);
        if (redirection.isPresent()) {
            redirect(visit, head.header("host").orElse(""), key, redirection.get());
            return;
        }
        String errorKey = website.errorKey();
        if (errorKey == null || status >= 500) {
            fail(visit, refusal, null);
            return;
        }
        S3Response page;
        try {
            // the page is another object than the one the conditions are about
            page = read(
                    visit.exchange,
                    without(head, name -> name.startsWith("if-") || name.equals("range")),
                    bucket,
                    errorKey);
        } catch (S3Exception | StoreException second) {
            fail(visit, refusal, new Second(errorKey, second));
            return;
        }
        visit.exchange.errorCode(S3Errors.of(refusal, "").code().wireName());
        send(visit, withStatus(page, status));
    }

    /** Whether the key, which is none of an object, is that of a folder whose index everyone may read. */
    private boolean isFolder(Exchange exchange, RequestHead head, Bucket bucket, Website website, String key) {
        if (key.isEmpty() || key.endsWith("/")) {
            return false;
        }
        Deed index = reading(head, bucket, key + "/" + website.index());
        if (!index.isOfKey() || !isObject(index) || isObject(reading(head, bucket, key))) {
            return false;
        }
        try {
            everyone(exchange, plain(head)).require(index);
            return true;
        } catch (S3Exception | StoreException _) {
            // that there is one is not everyone's to know
            return false;
        }
    }

    private boolean isObject(Deed deed) {
        return stores.objects().object(deed.path(), VersionSelector.CURRENT).isPresent();
    }

    private Deed reading(RequestHead head, Bucket bucket, String key) {
        S3Operation operation = head.method().equals("GET") ? S3Operation.GET_OBJECT : S3Operation.HEAD_OBJECT;
        return new Deed(operation, access.of(bucket), key, null, null);
    }

    private Authority everyone(Exchange exchange, RequestHead plain) {
        Requester everyone = Identity.ANONYMOUS.requester();
        return new Authority(everyone, () -> Conditions.of(exchange, plain, everyone), stores.objects(), unsigned);
    }

    private static RequestHead plain(RequestHead head) {
        return without(head, name -> name.startsWith("x-amz-") || name.equals("authorization"));
    }

    /** Reads as everyone may. */
    private S3Response read(Exchange exchange, RequestHead head, Bucket bucket, String key) {
        RequestHead plain = plain(head);
        Authority authority = everyone(exchange, plain);
        Deed deed = reading(head, bucket, key);
        S3Operation operation = deed.operation();
        Optional<BlobId> object = authority.require(deed);
        S3Handler handler = handlers.get(operation);
        if (handler == null) {
            throw new S3Exception(S3ErrorCode.NOT_IMPLEMENTED);
        }
        Incoming incoming = Incoming.ofHead(
                plain,
                new S3Address(bucket.name(), key, true),
                new Authentication(Identity.ANONYMOUS, new PayloadProtection.Unsigned()),
                exchange.body());
        WireAccess may = new WireAccess(authority, new WireAccess.Judged(deed, object), null, false);
        try (WireRequest request =
                new WireRequest(exchange, incoming, may, operation, settings.compatibility(), noDocuments)) {
            return handler.handle(request);
        }
    }

    /** The head without these headers, and without its query, which means nothing here. */
    private static RequestHead without(RequestHead head, Predicate<String> dropped) {
        Map<String, List<String>> headers = new LinkedHashMap<>(head.headers());
        headers.keySet().removeIf(dropped);
        return new RequestHead(head.method(), new RequestTarget(head.target().rawPath(), ""), List.of(), headers);
    }

    /** An object may send whoever asks for it elsewhere. */
    private void sendObject(Visit visit, S3Response response) {
        String elsewhere = response.headers().get(REDIRECT_LOCATION);
        if (elsewhere == null) {
            send(visit, response);
            return;
        }
        close(response);
        moved(visit, Website.Redirect.MOVED, Locations.text(elsewhere));
    }

    private static void close(S3Response response) {
        if (response instanceof S3Response.Stream stream) {
            stream.reader().close();
        }
    }

    private static S3Response withStatus(S3Response page, int status) {
        return switch (page) {
            case S3Response.Stream(int _, var headers, var reader, long length) ->
                new S3Response.Stream(status, headers, reader, length);
            case S3Response.Empty(int _, var headers) -> new S3Response.Empty(status, headers);
            case S3Response.Xml _, S3Response.PlainXml _, S3Response.Json _, S3Response.SlowXml _ -> page;
        };
    }

    private void redirect(Visit visit, String host, String key, Redirection redirection) {
        moved(visit, redirection.status(), redirection.location(visit.exchange.secure() ? "https" : "http", host, key));
    }

    private void moved(Visit visit, int status, String location) {
        send(visit, new S3Response.Empty(status, Map.of("Location", location)));
    }

    private void send(Visit visit, S3Response response) {
        visit.answered = response.headers();
        answers.send(visit.exchange, response, visit.corsHeaders, "");
    }

    /** The error document that could not be shown either, and why. */
    private record Second(String key, RuntimeException failure) {}

    private void fail(Visit visit, RuntimeException failure, @Nullable Second second) {
        S3Error error = S3Errors.of(failure, "");
        if (error.code() == S3ErrorCode.INTERNAL_ERROR) {
            log.error("request failed", failure);
        } else {
            log.debug("request refused code={}", error.code().wireName(), failure);
        }
        try {
            ErrorPage page = second == null
                    ? ErrorPage.of(error)
                    : ErrorPage.of(error, second.key, S3Errors.of(second.failure, ""));
            answers.sendPage(visit.exchange, error, page, visit.corsHeaders);
        } catch (ConnectionLostException gone) {
            giveUp(visit.exchange, gone);
        }
    }

    private static RequestHead head(Exchange exchange) {
        try {
            return exchange.head();
        } catch (IllegalArgumentException broken) {
            throw refusal(broken);
        }
    }

    private static String key(String rawPath) {
        try {
            return PercentCode.decode(rawPath.substring(1));
        } catch (IllegalArgumentException broken) {
            throw refusal(broken);
        }
    }

    private static S3Exception refusal(IllegalArgumentException broken) {
        S3Exception refusal = new S3Exception(S3ErrorCode.INVALID_URI);
        refusal.initCause(broken);
        return refusal;
    }

    private static void giveUp(Exchange exchange, ConnectionLostException gone) {
        log.debug("the client left before its answer was out", gone);
        exchange.response().abort();
    }
}
