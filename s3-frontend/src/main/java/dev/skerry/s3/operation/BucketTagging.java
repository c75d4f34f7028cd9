package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;

/** GetBucketTagging, PutBucketTagging, DeleteBucketTagging. */
final class BucketTagging {
    private static final int MAX_DOCUMENT_BYTES = 256 * 1024;

    private final Buckets buckets;
    private final Named named;

    BucketTagging(Buckets buckets, Named named) {
        this.buckets = buckets;
        this.named = named;
    }

    /** GetBucketTagging. */
    S3Response get(S3Request request) {
        String kept = named.bucket(request).configuration().get(ConfigurationKind.TAGGING);
        if (kept == null) {
            throw new S3Exception(
                    S3ErrorCode.NO_SUCH_TAG_SET,
                    S3ErrorCode.NO_SUCH_TAG_SET.message(),
                    Map.of("BucketName", Named.name(request)));
        }
        return S3Response.ok(Documents.parse(kept));
    }

    /** PutBucketTagging. */
    S3Response put(S3Request request) {
        XmlElement document = Documents.read(request, Tags.ROOT, MAX_DOCUMENT_BYTES);
        Map<String, String> tags = Tags.parse(document, Tags.MAX_BUCKET_TAGS);
        buckets.configure(Named.name(request), ConfigurationKind.TAGGING, Documents.write(Tags.document(tags)));
        return S3Response.noContent();
    }

    /** DeleteBucketTagging. */
    S3Response delete(S3Request request) {
        buckets.configure(Named.name(request), ConfigurationKind.TAGGING, null);
        return S3Response.noContent();
    }
}
