package dev.skerry.s3.auth;

import dev.skerry.blob.Checksum;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.checksum.RunningChecksum;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.BadDigest;
import dev.skerry.blob.failure.StoreFailure.DigestKind;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.BodySource;
import dev.skerry.http.RequestHead;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A request's body with all framing off, and what its head, signature and trailer say it hashes to. */
public final class RequestPayload implements BlobBody {
    private final BodySource source;
    private final @Nullable ChunkedBody chunks;
    private final OptionalLong declaredBytes;
    private final BodyDigests digests;
    private final @Nullable Sha256 sha256;
    private List<Checksum> trailing = List.of();

    private RequestPayload(
            BodySource source,
            @Nullable ChunkedBody chunks,
            OptionalLong declaredBytes,
            BodyDigests digests,
            @Nullable Sha256 sha256) {
        this.source = source;
        this.chunks = chunks;
        this.declaredBytes = declaredBytes;
        this.digests = digests;
        this.sha256 = sha256;
    }

    /** The body of a request, not read yet, as AWS takes it; throws as the other does. */
    public static RequestPayload open(RequestHead head, BodySource source, PayloadProtection protection) {
        return open(head, source, protection, Compatibility.AWS);
    }

    /**
     * The body of a request, not read yet.
     *
     * @throws S3Exception with MissingContentLength where its length is not announced as it must be, or InvalidDigest
     *     and InvalidRequest where a digest header is malformed
     */
    public static RequestPayload open(
            RequestHead head, BodySource source, PayloadProtection protection, Compatibility compatibility) {
        return open(head, source, protection, BodyDigests.of(head, compatibility));
    }

    /** The same for a body that checksum headers do not speak of: CompleteMultipartUpload's are the object's. */
    public static RequestPayload openWithoutChecksums(
            RequestHead head, BodySource source, PayloadProtection protection) {
        return open(head, source, protection, BodyDigests.md5Only(head));
    }

    private static RequestPayload open(
            RequestHead head, BodySource source, PayloadProtection protection, BodyDigests digests) {
        if (source.declaredBytes().isEmpty() && !source.chunked()) {
            throw new S3Exception(S3ErrorCode.MISSING_CONTENT_LENGTH);
        }
        boolean chunks = protection instanceof PayloadProtection.UnsignedChunks
                || protection instanceof PayloadProtection.SignedChunks(ChunkSigner _, boolean _);
        if (digests.announced() != null && !chunks) {
            throw new S3Exception(S3ErrorCode.MALFORMED_TRAILER);
        }
        return switch (protection) {
            case PayloadProtection.Unsigned _ ->
                new RequestPayload(source, null, source.declaredBytes(), digests, null);
            case PayloadProtection.Hashed(Sha256 sha256) ->
                new RequestPayload(source, null, source.declaredBytes(), digests, sha256);
            case PayloadProtection.UnsignedChunks _ -> chunked(head, source, null, true, digests);
            case PayloadProtection.SignedChunks(ChunkSigner signer, boolean trailer) ->
                chunked(head, source, signer, trailer, digests);
        };
    }

    private static RequestPayload chunked(
            RequestHead head, BodySource source, @Nullable ChunkSigner signer, boolean trailer, BodyDigests digests) {
        String name = "x-amz-decoded-content-length";
        String text = head.header(name).orElseThrow(() -> new S3Exception(S3ErrorCode.MISSING_CONTENT_LENGTH));
        long decodedBytes;
        try {
            decodedBytes = Long.parseLong(text);
        } catch (NumberFormatException _) {
            decodedBytes = -1;
        }
        if (decodedBytes < 0) {
            throw S3Exception.of(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "The " + name + " header is not a valid length.",
                    "ArgumentName",
                    name,
                    "ArgumentValue",
                    text);
        }
        ChunkedBody chunks = new ChunkedBody(source, signer, trailer, decodedBytes);
        return new RequestPayload(source, chunks, OptionalLong.of(decodedBytes), digests, null);
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (chunks == null) {
            return source.next();
        }
        ByteBuffer bytes = chunks.next();
        if (bytes == null) {
            trailing = digests.ofTrailer(chunks.trailer());
        }
        return bytes;
    }

    @Override
    public OptionalLong declaredBytes() {
        return declaredBytes;
    }

    @Override
    public Expected expected() {
        Checksum checksum = digests.checksum();
        return new Expected(digests.md5(), sha256, checksum == null ? trailing : List.of(checksum));
    }

    /** What is left of the request's bytes is the connection's to throw away. */
    @Override
    public void close() {}

    /**
     * The whole body, verified.
     *
     * @throws S3Exception with MaxMessageLengthExceeded where it has more than {@code maximumBytes}
     * @throws StoreException with {@code BadDigest} where it is not what was announced
     */
    public byte[] readAll(int maximumBytes) {
        if (declaredBytes.orElse(0) > maximumBytes) {
            throw new S3Exception(S3ErrorCode.MAX_MESSAGE_LENGTH_EXCEEDED);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream((int) declaredBytes.orElse(1024));
        for (ByteBuffer bytes = next(); bytes != null; bytes = next()) {
            if (whole.size() + bytes.remaining() > maximumBytes) {
                throw new S3Exception(S3ErrorCode.MAX_MESSAGE_LENGTH_EXCEEDED);
            }
            byte[] run = new byte[bytes.remaining()];
            bytes.get(run);
            whole.writeBytes(run);
        }
        byte[] body = whole.toByteArray();
        verify(body, expected());
        return body;
    }

    private static void verify(byte[] body, Expected expected) {
        if (expected.md5() != null) {
            compare(DigestKind.MD5, expected.md5(), hex("MD5", body));
        }
        if (expected.sha256() != null) {
            compare(DigestKind.SHA256, expected.sha256().hex(), hex("SHA-256", body));
        }
        for (Checksum checksum : expected.checksums()) {
            RunningChecksum running = RunningChecksum.of(checksum.algorithm());
            running.update(body, 0, body.length);
            String actual = running.finish().value();
            if (!actual.equals(checksum.value())) {
                throw new StoreException(
                        new BadDigest(DigestKind.CHECKSUM, checksum.algorithm(), checksum.value(), actual));
            }
        }
    }

    private static void compare(DigestKind kind, String expected, String actual) {
        if (!actual.equals(expected)) {
            throw new StoreException(new BadDigest(kind, null, expected, actual));
        }
    }

    private static String hex(String algorithm, byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
