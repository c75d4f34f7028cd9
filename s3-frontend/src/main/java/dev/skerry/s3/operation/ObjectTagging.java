package dev.skerry.s3.operation;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;

/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging. */
final class ObjectTagging {
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;

    private final BlobStore blobs;
    private final Named named;

    ObjectTagging(BlobStore blobs, Named named) {
        this.blobs = blobs;
        this.named = named;
    }

    /** GetObjectTagging. */
    S3Response get(S3Request request) {
        Bucket bucket = named.bucket(request);
        BlobMeta meta = blobs.head(request.path(), VersionIds.requested(request));
        request.access().requireSame(meta);
        return new S3Response.Xml(
                200, version(bucket, meta), Tags.document(meta.attributes().tags()));
    }

    /** PutObjectTagging. */
    S3Response put(S3Request request) {
        Bucket bucket = named.bucket(request);
        Map<String, String> tags =
                Tags.parse(Documents.read(request, Tags.ROOT, MAX_DOCUMENT_BYTES), Tags.MAX_OBJECT_TAGS);
        request.access().requireTags(tags);
        return new S3Response.Empty(200, version(bucket, set(request, tags)));
    }

    /** DeleteObjectTagging. */
    S3Response delete(S3Request request) {
        Bucket bucket = named.bucket(request);
        return new S3Response.Empty(204, version(bucket, set(request, Map.of())));
    }

    private BlobMeta set(S3Request request, Map<String, String> tags) {
        return blobs.setTags(request.path(), VersionIds.toChange(request, blobs), tags);
    }

    private static Map<String, String> version(Bucket bucket, BlobMeta meta) {
        return VersionIds.ofRead(bucket, meta)
                .map(id -> Map.of(VersionIds.HEADER, id))
                .orElse(Map.of());
    }
}
