package dev.skerry.s3.http;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.http.Exchange;
import dev.skerry.http.RequestRecord;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.logging.BucketLog;
import dev.skerry.s3.logging.LoggedRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Tells the log of a bucket what became of a request to it. */
final class RequestLog {
    private final BucketLog log;
    private final String hostId;

    RequestLog(BucketLog log, String hostId) {
        this.log = log;
        this.hostId = hostId;
    }

    /**
     * What the log wants to know of a request besides the exchange.
     *
     * @param bucket it was to
     * @param key it was to, or null
     * @param identity who asked
     * @param operation as S3 names it in logs
     * @param answered the headers of the answer
     */
    record Subject(
            Bucket bucket, @Nullable String key, Identity identity, String operation, Map<String, String> answered) {}

    static boolean wants(@Nullable Bucket bucket) {
        return bucket != null && bucket.configuration().containsKey(ConfigurationKind.LOGGING);
    }

    void finished(Exchange exchange, Subject subject) {
        HttpServerRequest request = exchange.request();
        RequestRecord record = exchange.record(S3Endpoint.SURFACE);
        SSLSession session = request.isSSL() ? request.sslSession() : null;
        boolean anonymous = subject.identity.kind() == Identity.Kind.ANONYMOUS;
        log.accept(new LoggedRequest(
                subject.bucket,
                record.startedAt(),
                exchange.clientAddress(),
                anonymous ? "" : subject.identity.canonicalId(),
                record.requestId(),
                subject.operation,
                subject.key == null ? "" : subject.key,
                request.method().name() + " " + request.uri() + " " + version(request.version()),
                record.status(),
                record.errorCode(),
                record.bytesOut(),
                objectBytes(request, subject, record),
                record.duration(),
                text(request.getHeader("Referer")),
                record.userAgent(),
                text(request.getParam("versionId")),
                hostId,
                anonymous ? "" : request.getHeader("Authorization") == null ? "QueryString" : "AuthHeader",
                session == null ? "" : session.getCipherSuite(),
                exchange.host().orElse(""),
                session == null ? "" : session.getProtocol()));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String version(HttpVersion version) {
        return version == HttpVersion.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1";
    }

    /** Of a read what its answer says, of a write what came. */
    private static OptionalLong objectBytes(HttpServerRequest request, Subject subject, RequestRecord record) {
        if (subject.key == null || !record.errorCode().isEmpty()) {
            return OptionalLong.empty();
        }
        String range = subject.answered.get("Content-Range");
        String length = subject.answered.get("Content-Length");
        if (range != null) {
            return number(range.substring(range.indexOf('/') + 1));
        }
        if (length != null) {
            return number(length);
        }
        if (!subject.operation.equals("REST.PUT.OBJECT") && !subject.operation.equals("REST.PUT.PART")) {
            return OptionalLong.empty();
        }
        String decoded = request.getHeader("x-amz-decoded-content-length");
        return decoded == null ? OptionalLong.of(record.bytesIn()) : number(decoded);
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** The name that S3's logs have for an operation; theirs are older than those of the documentation. */
    static String name(S3Operation operation) {
        return switch (operation) {
            case LIST_OBJECTS, LIST_OBJECTS_V2 -> "REST.GET.BUCKET";
            case LIST_OBJECT_VERSIONS -> "REST.GET.BUCKETVERSIONS";
            case HEAD_BUCKET, CREATE_BUCKET, DELETE_BUCKET -> "REST." + operation.method() + ".BUCKET";
            case GET_OBJECT, HEAD_OBJECT, PUT_OBJECT, DELETE_OBJECT -> "REST." + operation.method() + ".OBJECT";
            case POST_OBJECT -> "REST.POST.OBJECT";
            case COPY_OBJECT -> "REST.COPY.OBJECT";
            case DELETE_OBJECTS -> "REST.POST.MULTI_OBJECT_DELETE";
            case LIST_MULTIPART_UPLOADS, CREATE_MULTIPART_UPLOAD -> "REST." + operation.method() + ".UPLOADS";
            case COMPLETE_MULTIPART_UPLOAD, ABORT_MULTIPART_UPLOAD, LIST_PARTS ->
                "REST." + operation.method() + ".UPLOAD";
            case UPLOAD_PART -> "REST.PUT.PART";
            case UPLOAD_PART_COPY -> "REST.COPY.PART";
            case GET_BUCKET_ACL, PUT_BUCKET_ACL, GET_OBJECT_ACL, PUT_OBJECT_ACL ->
                "REST." + operation.method() + ".ACL";
            case GET_BUCKET_POLICY, PUT_BUCKET_POLICY, DELETE_BUCKET_POLICY ->
                "REST." + operation.method() + ".BUCKETPOLICY";
            case GET_BUCKET_LOGGING, PUT_BUCKET_LOGGING -> "REST." + operation.method() + ".LOGGING_STATUS";
            case GET_BUCKET_LIFECYCLE_CONFIGURATION, PUT_BUCKET_LIFECYCLE_CONFIGURATION, DELETE_BUCKET_LIFECYCLE ->
                "REST." + operation.method() + ".LIFECYCLE";
            case GET_BUCKET_NOTIFICATION_CONFIGURATION, PUT_BUCKET_NOTIFICATION_CONFIGURATION ->
                "REST." + operation.method() + ".NOTIFICATION";
            default -> "REST." + operation.method() + "." + plain(operation);
        };
    }

    /** {@code GET_BUCKET_TAGGING} is TAGGING, {@code GET_OBJECT_TAGGING} is OBJECT_TAGGING. */
    private static String plain(S3Operation operation) {
        String name = operation.name().toUpperCase(Locale.ROOT);
        return name.substring(name.indexOf('_') + 1).replaceFirst("^BUCKET_", "");
    }
}
