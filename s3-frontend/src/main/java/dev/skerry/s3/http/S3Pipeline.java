package dev.skerry.s3.http;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.NoSuchBucket;
import dev.skerry.http.ConnectionLostException;
import dev.skerry.http.Exchange;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestTarget;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Errors.S3Error;
import dev.skerry.s3.error.S3Exception;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every S3 request goes through, on its own thread: address, signature, operation, permission, handler, answer;
 * and one place where failures become errors.
 */
final class S3Pipeline {
    private static final Logger log = LoggerFactory.getLogger(S3Pipeline.class);

    /** Two of the largest; while they are read and judged they take some hundred MiB of the heap. */
    private static final int DOCUMENT_BYTES = 16 * 1024 * 1024;

    private final S3Settings settings;
    private final Identities identities;
    private final Authenticator authenticator;
    private final Function<String, Optional<Bucket>> buckets;
    private final Map<S3Operation, S3Handler> handlers;
    private final Answers answers;
    private final Cors cors = new Cors();
    private final DocumentBudget documents = new DocumentBudget(DOCUMENT_BYTES);

    S3Pipeline(
            S3Settings settings,
            Identities identities,
            Authenticator authenticator,
            Function<String, Optional<Bucket>> buckets,
            Map<S3Operation, S3Handler> handlers,
            Answers answers) {
        this.settings = settings;
        this.identities = identities;
        this.authenticator = authenticator;
        this.buckets = buckets;
        this.handlers = Map.copyOf(handlers);
        this.answers = answers;
    }

    /** What is found out on the way and needed for an error too. Used by the request's thread. */
    private static final class Progress {
        private Identity identity = Identity.ANONYMOUS;
        private Map<String, String> corsHeaders = Map.of();
    }

    /** Answers a request, one way or another. */
    void serve(Exchange exchange) {
        Progress progress = new Progress();
        try {
            S3Response response = answer(exchange, progress);
            answers.send(exchange, response, progress.corsHeaders, progress.identity.canonicalId());
        } catch (ConnectionLostException gone) {
            giveUp(exchange, gone);
        } catch (RuntimeException failure) {
            fail(exchange, progress, failure);
        }
    }

    private S3Response answer(Exchange exchange, Progress progress) {
        RequestHead head = head(exchange);
        S3Address address =
                S3Address.of(head.header("host").orElse(""), head.target().rawPath(), settings.domains());
        Optional<Bucket> bucket = Optional.ofNullable(address.bucket()).flatMap(buckets);
        if (head.method().equals("OPTIONS")) {
            exchange.operation("Preflight");
            return cors.preflight(head, bucket);
        }
        progress.corsHeaders = cors.headers(head, bucket);
        Authentication authentication = authenticator.authenticate(head);
        progress.identity = authentication.identity();
        exchange.identity(authentication.identity().name());
        S3Operation operation = operation(head, address);
        exchange.operation(operation.wireName());
        authorize(authentication.identity(), operation, bucket);
        requireExpectedOwner(head, bucket);
        if (bucket.isEmpty() && address.bucket() != null && operation != S3Operation.CREATE_BUCKET) {
            throw new StoreException(new NoSuchBucket(address.bucket()));
        }
        S3Handler handler = handlers.get(operation);
        if (handler == null) {
            throw new S3Exception(S3ErrorCode.NOT_IMPLEMENTED);
        }
        authorizeCopySource(head, authentication.identity(), operation);
        try (WireRequest request = new WireRequest(
                exchange, head, address, authentication, operation, settings.compatibility(), documents)) {
            return handler.handle(request);
        }
    }

    private static RequestHead head(Exchange exchange) {
        try {
            return RequestHead.of(exchange.request());
        } catch (IllegalArgumentException broken) {
            S3Exception refusal = new S3Exception(S3ErrorCode.INVALID_URI);
            refusal.initCause(broken);
            throw refusal;
        }
    }

    private static S3Operation operation(RequestHead head, S3Address address) {
        S3Operation.Match match = S3Operation.match(
                head.method(),
                address.resource(),
                head.parameters().stream().map(RequestTarget.Parameter::name).collect(Collectors.toSet()),
                head::query,
                head::header);
        return switch (match) {
            case S3Operation.Match.Found(S3Operation operation) -> operation;
            case S3Operation.Match.UnknownSubresource(String name) ->
                throw new S3Exception(
                        S3ErrorCode.NOT_IMPLEMENTED,
                        "A parameter you provided implies functionality that is not implemented",
                        Map.of("Parameter", name));
            case S3Operation.Match.NoSuchMethod() ->
                throw new S3Exception(
                        S3ErrorCode.METHOD_NOT_ALLOWED,
                        S3ErrorCode.METHOD_NOT_ALLOWED.message(),
                        Map.of(
                                "Method",
                                head.method(),
                                "ResourceType",
                                address.resource().name()));
        };
    }

    private void authorize(Identity identity, S3Operation operation, Optional<Bucket> bucket) {
        Authorization.Decision decision =
                Authorization.decide(identity, operation, bucket, identities.anonymous(), settings.compatibility());
        if (!decision.allowed()) {
            log.debug(
                    "denied identity={} operation={} reason={}",
                    identity.name(),
                    operation.wireName(),
                    decision.reason());
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
        }
    }

    /** A client may say whose bucket it takes it for, so as not to write into another's of the same name. */
    private static void requireExpectedOwner(RequestHead head, Optional<Bucket> bucket) {
        Optional<String> expected = head.header("x-amz-expected-bucket-owner");
        if (expected.isPresent()
                && bucket.isPresent()
                && !expected.get().equals(bucket.get().ownerId())) {
            throw new S3Exception(S3ErrorCode.ACCESS_DENIED);
        }
    }

    /** A copy reads one object besides the one it is addressed to. */
    private void authorizeCopySource(RequestHead head, Identity identity, S3Operation operation) {
        if (operation == S3Operation.COPY_OBJECT || operation == S3Operation.UPLOAD_PART_COPY) {
            String source =
                    CopySourceBucket.of(head.header(CopySourceBucket.HEADER).orElse(""));
            Optional<Bucket> bucket = buckets.apply(source);
            authorize(identity, S3Operation.GET_OBJECT, bucket);
            if (bucket.isEmpty()) {
                throw new StoreException(new NoSuchBucket(source));
            }
        }
    }

    private void fail(Exchange exchange, Progress progress, RuntimeException failure) {
        S3Error error = S3Errors.of(failure, progress.identity.canonicalId());
        if (error.code() == S3ErrorCode.INTERNAL_ERROR) {
            log.error("request failed", failure);
        } else {
            log.debug("request refused code={}", error.code().wireName(), failure);
        }
        try {
            answers.sendError(exchange, error, progress.corsHeaders);
        } catch (ConnectionLostException gone) {
            giveUp(exchange, gone);
        }
    }

    private static void giveUp(Exchange exchange, ConnectionLostException gone) {
        log.debug("the client left before its answer was out", gone);
        exchange.response().abort();
    }
}
