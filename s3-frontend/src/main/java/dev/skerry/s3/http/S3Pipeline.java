package dev.skerry.s3.http;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Permission;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.NoSuchBucket;
import dev.skerry.http.ConnectionLostException;
import dev.skerry.http.Exchange;
import dev.skerry.http.MemoryBudget;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestTarget;
import dev.skerry.s3.access.AccessListHeaders;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Authenticator;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Errors.S3Error;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.WireAccess.Judged;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every S3 request goes through, on its own thread: address, signature, operation, permission, handler, answer;
 * and one place where failures become errors.
 */
final class S3Pipeline {
    private static final Logger log = LoggerFactory.getLogger(S3Pipeline.class);

    /** While documents are read and judged they take six to eight times this of the heap. */
    private static final int DOCUMENT_BYTES = 8 * 1024 * 1024;

    private final S3Settings settings;
    private final Authenticator authenticator;
    private final S3Endpoint.Stores stores;
    private final BucketAccessReader access;
    private final UnsignedRequests unsigned;
    private final Map<S3Operation, S3Handler> handlers;
    private final Answers answers;
    private final RequestLog requestLog;
    private final Cors cors = new Cors();
    private final PostedForms forms;
    private final MemoryBudget documents = new MemoryBudget(DOCUMENT_BYTES);

    S3Pipeline(
            S3Settings settings,
            Identities identities,
            Authenticator authenticator,
            S3Endpoint.Stores stores,
            Map<S3Operation, S3Handler> handlers,
            Answers answers,
            RequestLog requestLog) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.stores = stores;
        this.access = new BucketAccessReader(settings.compatibility());
        this.unsigned = new UnsignedRequests(identities, settings.compatibility());
        this.handlers = Map.copyOf(handlers);
        this.answers = answers;
        this.forms = new PostedForms(identities, settings.compatibility());
        this.requestLog = requestLog;
    }

    /** What is found out on the way and needed for an error too. Used by the request's thread. */
    private static final class Progress {
        private Identity identity = Identity.ANONYMOUS;
        private Map<String, String> corsHeaders = Map.of();
        private @Nullable Bucket bucket;
        private @Nullable String key;
        private String operation = "REST.UNKNOWN";
        private Map<String, String> answered = Map.of();
    }

    /** Answers a request, one way or another. */
    void serve(Exchange exchange) {
        Progress progress = new Progress();
        try {
            S3Response response = answer(exchange, progress);
            progress.answered = response.headers();
            answers.send(exchange, response, progress.corsHeaders, progress.identity.canonicalId());
        } catch (ConnectionLostException gone) {
            giveUp(exchange, gone);
        } catch (RuntimeException failure) {
            fail(exchange, progress, failure);
        }
        Bucket logged = progress.bucket;
        if (logged != null && RequestLog.wants(logged)) {
            log(exchange, progress, logged);
        }
    }

    private void log(Exchange exchange, Progress progress, Bucket bucket) {
        requestLog.finished(
                exchange,
                new RequestLog.Subject(bucket, progress.key, progress.identity, progress.operation, progress.answered));
    }

    private S3Response answer(Exchange exchange, Progress progress) {
        RequestHead head = head(exchange);
        S3Address address =
                S3Address.of(head.header("host").orElse(""), head.target().rawPath(), settings.domains());
        Optional<Bucket> bucket = Optional.ofNullable(address.bucket()).flatMap(stores.buckets());
        progress.bucket = bucket.orElse(null);
        progress.key = address.key();
        if (head.method().equals("OPTIONS")) {
            progress.operation = "REST.OPTIONS.PREFLIGHT";
            exchange.operation("Preflight");
            return cors.preflight(head, address.resource(), bucket);
        }
        progress.corsHeaders = cors.headers(head, bucket);
        Authentication authentication = authenticator.authenticate(head);
        progress.identity = authentication.identity();
        exchange.identity(authentication.identity().name());
        S3Operation operation = operation(head, address);
        exchange.operation(operation.wireName());
        if (RequestLog.wants(progress.bucket)) {
            progress.operation = RequestLog.name(operation);
        }
        Incoming incoming = Incoming.ofHead(head, address, authentication, exchange.body());
        if (operation == S3Operation.POST_OBJECT) {
            incoming = form(exchange, incoming, bucket);
            progress.key = incoming.address().key();
            progress.identity = incoming.authentication().identity();
            exchange.identity(progress.identity.name());
        }
        return answer(exchange, incoming, bucket, operation);
    }

    private S3Response answer(Exchange exchange, Incoming incoming, Optional<Bucket> bucket, S3Operation operation) {
        Requester requester = incoming.authentication().identity().requester();
        Authority authority = new Authority(
                requester,
                () -> incoming.context().apply(Conditions.of(exchange, incoming.head(), requester)),
                stores.objects(),
                unsigned);
        S3Access access = access(incoming.head(), incoming.address(), bucket, operation, authority);
        S3Handler handler = handlers.get(operation);
        if (handler == null) {
            throw new S3Exception(S3ErrorCode.NOT_IMPLEMENTED, operation.wireName() + " is not implemented");
        }
        exchange.response().reserveDocument(PageMemory.of(operation, incoming.head()));
        try (WireRequest request =
                new WireRequest(exchange, incoming, access, operation, settings.compatibility(), documents)) {
            return handler.handle(request);
        }
    }

    /** A form is read only where there is a bucket to put its file into. */
    private Incoming form(Exchange exchange, Incoming posted, Optional<Bucket> bucket) {
        Bucket found = bucket.orElseThrow(() -> new StoreException(
                new NoSuchBucket(String.valueOf(posted.address().bucket()))));
        return forms.read(exchange, posted, found.name());
    }

    /** Refuses what is not allowed. */
    private S3Access access(
            RequestHead head, S3Address address, Optional<Bucket> bucket, S3Operation operation, Authority authority) {
        if (address.bucket() == null || operation == S3Operation.CREATE_BUCKET) {
            Authority.requireWithoutBucket(authority.requester(), operation, unsigned);
            return new WireAccess(authority, null, null, false);
        }
        if (bucket.isEmpty()) {
            throw new StoreException(new NoSuchBucket(address.bucket()));
        }
        BucketAccess own = access.of(bucket.get());
        Deed deed = new Deed(
                operation,
                own,
                address.key(),
                Deed.Version.of(head.query("versionId").orElse(null)),
                head.query("uploadId").orElse(null));
        Optional<BlobId> object = judge(head, authority, deed);
        requireExpectedOwner(head, bucket);
        return new WireAccess(
                authority,
                new Judged(deed, object),
                source(head, operation, authority),
                settings.compatibility().writesImplyGrantsAndTags());
    }

    /** What is found out from the body only is left to the operation, where a policy could make a difference. */
    private Optional<BlobId> judge(RequestHead head, Authority authority, Deed deed) {
        S3Operation operation = deed.operation();
        boolean byBody = operation == S3Operation.DELETE_OBJECTS
                || operation == S3Operation.PUT_OBJECT_TAGGING
                || operation == S3Operation.PUT_OBJECT_RETENTION
                || operation == S3Operation.PUT_OBJECT_LEGAL_HOLD;
        if (byBody && deed.bucket().policy() != null) {
            return Optional.empty();
        }
        boolean tagged = head.header(Conditions.TAGGING).isPresent();
        Authority judge = tagged ? authority.withTags(Conditions.requestTags(head)) : authority;
        Optional<BlobId> object = judge.require(deed);
        if (operation == S3Operation.PUT_OBJECT
                || operation == S3Operation.POST_OBJECT
                || operation == S3Operation.COPY_OBJECT
                || operation == S3Operation.CREATE_MULTIPART_UPLOAD) {
            requireExtras(head, judge, deed, tagged);
        }
        return object;
    }

    /** What a write may give its object besides its bytes takes more than to write. */
    private void requireExtras(RequestHead head, Authority judge, Deed deed, boolean tagged) {
        boolean implied = settings.compatibility().writesImplyGrantsAndTags();
        if (tagged) {
            judge.requireAlso(deed, S3Operation.PUT_OBJECT_TAGGING, Permission.WRITE, implied);
        }
        if (AccessListHeaders.any(head.headers())) {
            judge.requireAlso(deed, S3Operation.PUT_OBJECT_ACL, Permission.WRITE, implied);
        }
        if (head.header(Conditions.LOCK_MODE).isPresent()
                || head.header(Conditions.LOCK_UNTIL).isPresent()) {
            judge.requireAlso(deed, S3Operation.PUT_OBJECT_RETENTION, null, implied);
        }
        if (head.header(Conditions.LEGAL_HOLD).isPresent()) {
            judge.requireAlso(deed, S3Operation.PUT_OBJECT_LEGAL_HOLD, null, implied);
        }
    }

    /** A copy reads one object besides the one it is addressed to. */
    private @Nullable Judged source(RequestHead head, S3Operation operation, Authority authority) {
        if (operation != S3Operation.COPY_OBJECT && operation != S3Operation.UPLOAD_PART_COPY) {
            return null;
        }
        CopySourceObject source =
                CopySourceObject.of(head.header(CopySourceObject.HEADER).orElse(""));
        Bucket bucket = stores.buckets()
                .apply(source.bucket())
                .orElseThrow(() -> new StoreException(new NoSuchBucket(source.bucket())));
        Deed deed = new Deed(
                S3Operation.GET_OBJECT, access.of(bucket), source.key(), Deed.Version.of(source.versionId()), null);
        return new Judged(deed, authority.require(deed));
    }

    private static RequestHead head(Exchange exchange) {
        try {
            return exchange.head();
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
            case S3Operation.Match.NoSuchMethod()
            when head.method().equals("POST")
                    && address.resource() == S3Operation.Resource.BUCKET
                    && head.parameters().isEmpty() ->
                throw new S3Exception(
                        S3ErrorCode.PRECONDITION_FAILED,
                        S3ErrorCode.PRECONDITION_FAILED.message(),
                        Map.of("Condition", "Bucket POST must be of the enclosure-type multipart/form-data"));
            case S3Operation.Match.NoSuchMethod() ->
                throw S3Exception.of(
                        S3ErrorCode.METHOD_NOT_ALLOWED,
                        S3ErrorCode.METHOD_NOT_ALLOWED.message(),
                        "Method",
                        head.method(),
                        "ResourceType",
                        address.resource().name());
        };
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

    private void fail(Exchange exchange, Progress progress, RuntimeException failure) {
        S3Error error = S3Errors.of(failure, progress.identity.canonicalId(), settings.compatibility());
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
