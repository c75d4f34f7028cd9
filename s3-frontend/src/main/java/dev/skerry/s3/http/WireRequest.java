package dev.skerry.s3.http;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.BodySource;
import dev.skerry.http.Exchange;
import dev.skerry.http.MemoryBudget;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.auth.Authentication;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.auth.RequestPayload;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request from the wire, authenticated, as its operation sees it. */
final class WireRequest implements S3Request, AutoCloseable {
    private final Exchange exchange;
    private final RequestHead head;
    private final S3Address address;
    private final Authentication authentication;
    private final BodySource source;
    private final S3Access access;
    private final S3Operation operation;
    private final Compatibility compatibility;
    private final MemoryBudget documents;
    private @Nullable RequestPayload payload;
    private MemoryBudget.@Nullable Share document;

    WireRequest(
            Exchange exchange,
            Incoming incoming,
            S3Access access,
            S3Operation operation,
            Compatibility compatibility,
            MemoryBudget documents) {
        this.exchange = exchange;
        this.head = incoming.head();
        this.address = incoming.address();
        this.authentication = incoming.authentication();
        this.source = incoming.body();
        this.access = access;
        this.operation = operation;
        this.compatibility = compatibility;
        this.documents = documents;
    }

    @Override
    public String requestId() {
        return exchange.requestId();
    }

    @Override
    public Identity identity() {
        return authentication.identity();
    }

    @Override
    public S3Access access() {
        return access;
    }

    @Override
    public Optional<String> bucket() {
        return Optional.ofNullable(address.bucket());
    }

    @Override
    public Optional<String> key() {
        return Optional.ofNullable(address.key());
    }

    @Override
    public BlobPath path() {
        String bucket = address.bucket();
        String key = address.key();
        if (bucket == null || key == null) {
            throw new S3Exception(S3ErrorCode.INVALID_REQUEST, "The request names no object");
        }
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BlobPath.MAX_KEY_BYTES) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("Size", Integer.toString(bytes.length));
            fields.put("MaxSizeAllowed", Integer.toString(BlobPath.MAX_KEY_BYTES));
            throw new S3Exception(S3ErrorCode.KEY_TOO_LONG, S3ErrorCode.KEY_TOO_LONG.message(), fields);
        }
        return BlobPath.of(bucket, bytes);
    }

    @Override
    public Optional<String> query(String name) {
        return head.query(name);
    }

    @Override
    public Optional<String> header(String name) {
        return head.header(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public Map<String, List<String>> headers() {
        return head.headers();
    }

    @Override
    public String rawPath() {
        return head.target().rawPath();
    }

    @Override
    public String bucketUrl() {
        String server = (exchange.secure() ? "https://" : "http://")
                + head.header("host").orElse("localhost");
        String bucket = address.bucket();
        return bucket == null || address.inHost() ? server : server + "/" + bucket;
    }

    @Override
    public boolean overTls() {
        return exchange.secure();
    }

    @Override
    public BlobBody body() {
        return payload();
    }

    @Override
    public byte[] smallBody(int maximumBytes) {
        RequestPayload body = payload();
        if (document == null) {
            document = documents.take(Math.min(announcedBytes(), maximumBytes));
        }
        return body.readAll(maximumBytes);
    }

    /** With the frame around it where it comes in chunks, which is more than the document itself. */
    private long announcedBytes() {
        return header("content-length").map(WireRequest::number).orElse(Long.MAX_VALUE);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    /** The document, if there was one, is no longer needed. */
    @Override
    public void close() {
        if (document != null) {
            document.close();
            document = null;
        }
    }

    private RequestPayload payload() {
        if (payload == null) {
            payload = operation == S3Operation.COMPLETE_MULTIPART_UPLOAD
                    ? RequestPayload.openWithoutChecksums(head, source, authentication.payload())
                    : RequestPayload.open(head, source, authentication.payload(), compatibility);
        }
        return payload;
    }
}
