package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.UploadPartSummary;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobReader;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * GetObject, HeadObject: the same answer with and without bytes.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html">GetObject</a>
 */
final class GetObject {
    private final BlobStore blobs;
    private final Named named;
    private final Expirations expirations;
    private final EncryptionHeaders encryption;
    private final UserMetadata metadata;
    private final S3ErrorCode noSuchPart;

    GetObject(
            BlobStore blobs,
            Named named,
            Expirations expirations,
            EncryptionHeaders encryption,
            UserMetadata metadata,
            Compatibility compatibility) {
        this.blobs = blobs;
        this.named = named;
        this.expirations = expirations;
        this.encryption = encryption;
        this.metadata = metadata;
        this.noSuchPart = compatibility.noSuchPart();
    }

    /**
     * What a read answers, decided from what is known of the object.
     *
     * @param status 200, 206 or 304
     * @param headers to send
     * @param range of the bytes to send; empty for all of them
     */
    private record Answer(int status, Map<String, String> headers, Optional<ByteRange> range) {}

    /** HeadObject. */
    S3Response head(S3Request request) {
        Bucket bucket = named.bucket(request);
        CustomerKey key = encryption.ofRead(request);
        BlobMeta meta = found(request, () -> blobs.head(request.path(), VersionIds.requested(request), key));
        request.access().requireSame(meta);
        Answer answer = answer(request, bucket, meta);
        return new S3Response.Empty(answer.status(), answer.headers());
    }

    /** GetObject. */
    @SuppressWarnings("resource") // the pipeline closes the reader it is given
    S3Response get(S3Request request) {
        Bucket bucket = named.bucket(request);
        CustomerKey key = encryption.ofRead(request);
        BlobReader reader = found(request, () -> blobs.open(request.path(), VersionIds.requested(request), key));
        boolean given = false;
        try {
            BlobMeta meta = reader.meta();
            request.access().requireSame(meta);
            Answer answer = answer(request, bucket, meta);
            if (answer.status() == 304) {
                return new S3Response.Empty(answer.status(), answer.headers());
            }
            answer.range().ifPresent(range -> reader.range(range.firstInclusive(), range.lengthBytes()));
            long length = answer.range().map(ByteRange::lengthBytes).orElse(meta.sizeBytes());
            given = true;
            return new S3Response.Stream(answer.status(), answer.headers(), reader, length);
        } finally {
            if (!given) {
                reader.close();
            }
        }
    }

    /** A part that is not there is said not to be, before the key that it would take. */
    private <T> T found(S3Request request, Supplier<T> look) {
        try {
            return look.get();
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.CustomerKeyMissing) {
                requirePart(request);
            }
            throw e;
        }
    }

    private void requirePart(S3Request request) {
        Optional<Integer> wanted = partNumber(request);
        if (wanted.isPresent()) {
            List<UploadPartSummary> parts =
                    blobs.head(request.path(), VersionIds.requested(request)).uploadParts();
            boolean there = parts.isEmpty()
                    ? wanted.get() == 1
                    : parts.stream().anyMatch(part -> part.number() == wanted.get());
            if (!there) {
                throw noSuchPart(wanted.get(), Math.max(1, parts.size()));
            }
        }
    }

    private Answer answer(S3Request request, Bucket bucket, BlobMeta meta) {
        if (ReadConditions.ofRead(request).check(meta) == ReadConditions.Outcome.NOT_MODIFIED) {
            return new Answer(304, ObjectHeaders.identifying(bucket, meta), Optional.empty());
        }
        Map<String, String> headers = ObjectHeaders.of(bucket, meta);
        metadata.add(meta, headers);
        expirations.add(bucket, meta, headers);
        ObjectHeaders.override(request, headers);
        Optional<Integer> partNumber = partNumber(request);
        Optional<ByteRange> range;
        if (partNumber.isPresent()) {
            range = part(request, meta, partNumber.get(), headers);
        } else {
            range = range(request, meta);
            if (range.isEmpty() && wantsChecksums(request)) {
                Checksums.addHeaders(meta, headers);
            }
        }
        long length = range.map(ByteRange::lengthBytes).orElse(meta.sizeBytes());
        headers.put("Content-Length", Long.toString(length));
        range.ifPresent(run -> headers.put("Content-Range", run.contentRange(meta.sizeBytes())));
        return new Answer(range.isPresent() ? 206 : 200, headers, range);
    }

    private static Optional<ByteRange> range(S3Request request, BlobMeta meta) {
        Optional<String> header = request.header("range");
        if (header.isEmpty() || !ifRangeHolds(request, meta)) {
            return Optional.empty();
        }
        return ByteRange.resolve(header.get(), meta.sizeBytes());
    }

    /** A client that has the first half of another object wants the whole of this one. */
    private static boolean ifRangeHolds(S3Request request, BlobMeta meta) {
        Optional<String> condition = request.header("if-range");
        if (condition.isEmpty()) {
            return true;
        }
        Optional<Instant> since = Times.parse(condition.get());
        return since.map(time -> time.equals(Times.wholeSeconds(meta.createdAt())))
                .orElseGet(() -> ETags.bare(condition.get()).equals(meta.etag()));
    }

    private static Optional<Integer> partNumber(S3Request request) {
        Optional<String> text = request.query("partNumber");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (request.header("range").isPresent()) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_REQUEST, "Cannot specify both Range header and partNumber query parameter");
        }
        return Optional.of(PartNumbers.require(text.get()));
    }

    /** The run of a part. An object written in one piece has one part, which is all of it. */
    private Optional<ByteRange> part(S3Request request, BlobMeta meta, int partNumber, Map<String, String> headers) {
        List<UploadPartSummary> parts = meta.uploadParts();
        if (parts.isEmpty()) {
            if (partNumber != 1) {
                throw noSuchPart(partNumber, 1);
            }
            if (wantsChecksums(request)) {
                Checksums.addHeaders(meta, headers);
            }
            return meta.sizeBytes() == 0 ? Optional.empty() : Optional.of(new ByteRange(0, meta.sizeBytes() - 1));
        }
        headers.put("x-amz-mp-parts-count", Integer.toString(parts.size()));
        long offset = 0;
        for (UploadPartSummary part : parts) {
            if (part.number() == partNumber) {
                if (wantsChecksums(request)) {
                    addPartChecksums(meta, part, headers);
                }
                return part.sizeBytes() == 0
                        ? Optional.empty()
                        : Optional.of(new ByteRange(offset, offset + part.sizeBytes() - 1));
            }
            offset += part.sizeBytes();
        }
        throw noSuchPart(partNumber, parts.size());
    }

    private static void addPartChecksums(BlobMeta meta, UploadPartSummary part, Map<String, String> headers) {
        Checksums.addHeaders(part.checksums(), headers);
        meta.checksums().stream()
                .findFirst()
                .ifPresent(
                        whole -> headers.put(Checksums.TYPE_HEADER, whole.type().name()));
    }

    private S3Exception noSuchPart(int partNumber, int parts) {
        return S3Exception.of(
                noSuchPart,
                noSuchPart.message(),
                "PartNumberRequested",
                Integer.toString(partNumber),
                "ActualPartCount",
                Integer.toString(parts));
    }

    private static boolean wantsChecksums(S3Request request) {
        return request.header("x-amz-checksum-mode")
                .filter(mode -> mode.equalsIgnoreCase("ENABLED"))
                .isPresent();
    }
}
