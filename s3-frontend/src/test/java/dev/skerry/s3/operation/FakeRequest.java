package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.access.Requester;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.http.S3Access;
import dev.skerry.s3.http.S3Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request as the pipeline would give it, put together by hand. */
final class FakeRequest implements S3Request {
    static final Identity ALICE = new Identity("alice", "Alice", "alice-id", "", Identity.Kind.USER);
    static final Identity BOB = new Identity("bob", "Bob", "bob-id", "", Identity.Kind.USER);
    static final Identity ROOT = new Identity("root", "Root", "root-id", "", Identity.Kind.ROOT);

    private final Map<String, String> query = new LinkedHashMap<>();
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private Identity identity = ALICE;
    private @Nullable String bucket;
    private @Nullable String key;
    private byte[] body = {};
    private boolean bypasses = true;
    private boolean overTls = true;
    private BlobBody.Expected expected = BlobBody.Expected.NOTHING;

    static FakeRequest of() {
        return new FakeRequest();
    }

    static FakeRequest of(String bucket) {
        FakeRequest request = new FakeRequest();
        request.bucket = bucket;
        return request;
    }

    static FakeRequest of(String bucket, String key) {
        FakeRequest request = of(bucket);
        request.key = key;
        return request;
    }

    /** The same by whoever may not set governance aside. */
    FakeRequest mayNotBypass() {
        bypasses = false;
        return this;
    }

    /** The same over plain HTTP. */
    FakeRequest inTheClear() {
        overTls = false;
        return this;
    }

    FakeRequest by(Identity caller) {
        identity = caller;
        return this;
    }

    FakeRequest with(String header, String value) {
        headers.put(header.toLowerCase(Locale.ROOT), List.of(value));
        return this;
    }

    FakeRequest ask(String name, String value) {
        query.put(name, value);
        return this;
    }

    FakeRequest body(String text) {
        return body(text.getBytes(StandardCharsets.UTF_8));
    }

    FakeRequest body(byte[] bytes) {
        body = bytes.clone();
        return this;
    }

    FakeRequest expecting(BlobBody.Expected digests) {
        expected = digests;
        return this;
    }

    @Override
    public String requestId() {
        return "1";
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public S3Access access() {
        return new Unjudged(identity.requester(), bypasses);
    }

    @Override
    public Optional<String> bucket() {
        return Optional.ofNullable(bucket);
    }

    @Override
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    @Override
    public BlobPath path() {
        return BlobPath.of(bucket().orElseThrow(), key().orElseThrow());
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).map(List::getFirst);
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
    }

    @Override
    public String rawPath() {
        return "/" + bucket + "/" + key;
    }

    @Override
    public String bucketUrl() {
        return "http://localhost:9000/" + bucket;
    }

    @Override
    public boolean overTls() {
        return overTls;
    }

    @Override
    public BlobBody body() {
        return new Bytes(ByteBuffer.wrap(body), body.length, expected);
    }

    @Override
    public byte[] smallBody(int maximumBytes) {
        return body.clone();
    }

    /** What a request may do that nobody has judged: everything. */
    private record Unjudged(Requester requester, boolean bypasses) implements S3Access {
        @Override
        public void requireDelete(String key, @Nullable String versionId) {}

        @Override
        public boolean mayBypassGovernance(String key, @Nullable String versionId) {
            return bypasses;
        }

        @Override
        public void requireLock(Map<String, String> lock) {}

        @Override
        public void requireCopyOfTags(BlobMeta opened) {}

        @Override
        public boolean dependsOnObject() {
            return false;
        }

        @Override
        public void requireTags(Map<String, String> tags) {}

        @Override
        public void requireSame(BlobMeta opened) {}

        @Override
        public void requireSameSource(BlobMeta opened) {}
    }

    /** A body that comes in one piece. */
    private record Bytes(ByteBuffer bytes, long lengthBytes, BlobBody.Expected expected) implements BlobBody {
        @Override
        public @Nullable ByteBuffer next() {
            if (!bytes.hasRemaining()) {
                return null;
            }
            ByteBuffer run = bytes.duplicate();
            bytes.position(bytes.limit());
            return run;
        }

        @Override
        public OptionalLong declaredBytes() {
            return OptionalLong.of(lengthBytes);
        }

        @Override
        public void close() {}
    }
}
