package dev.skerry.s3.operation;

import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.PublicAccessBlockXml;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import java.util.Map;

/** GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock. */
final class BucketPublicAccess {
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024;

    private final Buckets buckets;
    private final Named named;
    private final BucketAccessReader reader;

    BucketPublicAccess(Buckets buckets, Named named, BucketAccessReader reader) {
        this.buckets = buckets;
        this.named = named;
        this.reader = reader;
    }

    /** GetPublicAccessBlock. */
    S3Response get(S3Request request) {
        Bucket bucket = named.bucket(request);
        return reader.keptBlock(bucket)
                .map(PublicAccessBlockXml::write)
                .map(S3Response::ok)
                .orElseThrow(() -> new S3Exception(
                        S3ErrorCode.NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION,
                        S3ErrorCode.NO_SUCH_PUBLIC_ACCESS_BLOCK_CONFIGURATION.message(),
                        Map.of("BucketName", bucket.name())));
    }

    /** PutPublicAccessBlock. What is public already stays as it is; whether it counts is decided on each request. */
    S3Response put(S3Request request) {
        PublicAccessBlock block =
                PublicAccessBlockXml.read(Documents.read(request, PublicAccessBlockXml.ROOT, MAX_DOCUMENT_BYTES));
        buckets.configure(
                named.bucket(request).name(),
                ConfigurationKind.PUBLIC_ACCESS_BLOCK,
                Documents.write(PublicAccessBlockXml.write(block)));
        return S3Response.ok();
    }

    /** DeletePublicAccessBlock: nothing is kept from the public from then on. */
    S3Response delete(S3Request request) {
        buckets.configure(
                named.bucket(request).name(), ConfigurationKind.PUBLIC_ACCESS_BLOCK, BucketAccessReader.DELETED);
        return S3Response.noContent();
    }
}
