package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobReader;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The object a copy reads: found, allowed, open, and as the client's conditions want it. */
record SourceObject(CopySource source, Bucket bucket, BlobReader reader) implements AutoCloseable {
    /** The longest copy that is answered with its own status; a longer one keeps its client waiting behind a 200. */
    private static final long MAX_QUICK_BYTES = 512L * 1024 * 1024;

    /** Opens what a request names, with the key it sends for that, if any. */
    static SourceObject open(S3Request request, BlobStore blobs, Named named, @Nullable CustomerKey key) {
        CopySource source = CopySource.of(request);
        Bucket bucket = named.source(request, source);
        BlobReader reader = open(blobs, source, key);
        boolean wanted = false;
        try {
            request.access().requireSameSource(reader.meta());
            ReadConditions.ofCopySource(request).require(reader.meta());
            wanted = true;
            return new SourceObject(source, bucket, reader);
        } finally {
            if (!wanted) {
                reader.close();
            }
        }
    }

    private static BlobReader open(BlobStore blobs, CopySource source, @Nullable CustomerKey key) {
        try {
            return blobs.open(source.path(), source.selector(), key);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Deleted deleted
                    && deleted.addressed()
                    && deleted.tombstone().visible()) {
                throw new S3Exception(
                        S3ErrorCode.INVALID_REQUEST,
                        "The source of a copy request may not specifically refer to a delete marker by version id.");
            }
            throw e;
        }
    }

    BlobMeta meta() {
        return reader.meta();
    }

    /** Headers that say which version is copied. */
    Map<String, String> headers() {
        Map<String, String> headers = S3Response.newHeaders();
        VersionIds.ofRead(bucket, meta()).ifPresent(id -> headers.put("x-amz-copy-source-version-id", id));
        return headers;
    }

    /** Whether copying so many bytes is quick. */
    static boolean isQuick(long sizeBytes) {
        return sizeBytes <= MAX_QUICK_BYTES;
    }

    @Override
    public void close() {
        reader.close();
    }
}
