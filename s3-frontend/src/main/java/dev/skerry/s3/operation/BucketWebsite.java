package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.website.WebsiteXml;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;

/** GetBucketWebsite, PutBucketWebsite, DeleteBucketWebsite. What is kept has been validated. */
final class BucketWebsite {
    private static final int MAX_DOCUMENT_BYTES = 128 * 1024;

    private final Buckets buckets;
    private final Named named;

    BucketWebsite(Buckets buckets, Named named) {
        this.buckets = buckets;
        this.named = named;
    }

    /** GetBucketWebsite. */
    S3Response get(S3Request request) {
        String kept = named.bucket(request).configuration().get(ConfigurationKind.WEBSITE);
        if (kept == null) {
            throw new S3Exception(
                    S3ErrorCode.NO_SUCH_WEBSITE_CONFIGURATION,
                    S3ErrorCode.NO_SUCH_WEBSITE_CONFIGURATION.message(),
                    Map.of("BucketName", Named.name(request)));
        }
        return S3Response.ok(Documents.parse(kept));
    }

    /** PutBucketWebsite. */
    S3Response put(S3Request request) {
        XmlElement document = Documents.read(request, WebsiteXml.ROOT, MAX_DOCUMENT_BYTES);
        WebsiteXml.read(document);
        buckets.configure(Named.name(request), ConfigurationKind.WEBSITE, Documents.write(document));
        return S3Response.ok();
    }

    /** DeleteBucketWebsite. */
    S3Response delete(S3Request request) {
        buckets.configure(Named.name(request), ConfigurationKind.WEBSITE, null);
        return S3Response.noContent();
    }
}
