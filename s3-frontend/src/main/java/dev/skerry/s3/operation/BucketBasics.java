package dev.skerry.s3.operation;

import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;

/** HeadBucket, DeleteBucket, GetBucketLocation. */
final class BucketBasics {
    private final Buckets buckets;
    private final Named named;
    private final S3Operations.Settings settings;

    BucketBasics(Buckets buckets, Named named, S3Operations.Settings settings) {
        this.buckets = buckets;
        this.named = named;
        this.settings = settings;
    }

    /** HeadBucket. */
    S3Response head(S3Request request) {
        return new S3Response.Empty(
                200,
                Map.of(
                        "x-amz-bucket-region",
                        settings.regionOf(named.bucket(request)),
                        "x-amz-access-point-alias",
                        "false"));
    }

    /** DeleteBucket. */
    S3Response delete(S3Request request) {
        buckets.delete(Named.name(request));
        return S3Response.noContent();
    }

    /** GetBucketLocation: empty stands for us-east-1. */
    S3Response location(S3Request request) {
        String region = settings.regionOf(named.bucket(request));
        return S3Response.ok(new XmlElement("LocationConstraint").text(region.equals("us-east-1") ? "" : region));
    }
}
