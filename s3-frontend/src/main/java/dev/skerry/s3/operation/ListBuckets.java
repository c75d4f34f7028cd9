package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.List;
import java.util.Optional;

/**
 * ListBuckets: the caller's own; root sees all, and whoever sends no signature owns none.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html">ListBuckets</a>
 */
final class ListBuckets implements S3Handler {
    private static final int MAX_BUCKETS = 10_000;

    private final Buckets buckets;
    private final S3Operations.Settings settings;

    ListBuckets(Buckets buckets, S3Operations.Settings settings) {
        this.buckets = buckets;
        this.settings = settings;
    }

    @Override
    public S3Response handle(S3Request request) {
        String prefix = request.query("prefix").orElse("");
        Optional<String> region = request.query("bucket-region").filter(value -> !value.isEmpty());
        int limit = limit(request);
        String after = request.query("continuation-token")
                .filter(token -> !token.isEmpty())
                .map(token -> ContinuationToken.read("continuation-token", token))
                .orElse("");
        List<Bucket> page = buckets.all().stream()
                .filter(bucket -> mayList(request.identity(), bucket))
                .filter(bucket -> bucket.name().startsWith(prefix))
                .filter(bucket -> region.isEmpty() || region.get().equals(settings.regionOf(bucket)))
                .filter(bucket -> bucket.name().compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
        XmlElement result = new XmlElement("ListAllMyBucketsResult").add(Owners.caller(request.identity()));
        XmlElement list = result.child("Buckets");
        for (Bucket bucket : page.subList(0, Math.min(limit, page.size()))) {
            list.child("Bucket")
                    .add("Name", bucket.name())
                    .add("CreationDate", Times.iso(bucket.createdAt()))
                    .add("BucketRegion", settings.regionOf(bucket));
        }
        if (page.size() > limit) {
            result.add(
                    "ContinuationToken",
                    ContinuationToken.write(page.get(limit - 1).name()));
        }
        request.query("prefix").ifPresent(_ -> result.add("Prefix", prefix));
        return S3Response.ok(result);
    }

    private static int limit(S3Request request) {
        Optional<String> text = request.query("max-buckets").filter(value -> !value.isEmpty());
        if (text.isEmpty()) {
            return MAX_BUCKETS;
        }
        int limit = Parameters.number("max-buckets", text.get(), MAX_BUCKETS);
        if (limit < 1) {
            throw Parameters.invalid(
                    "max-buckets", text.get(), "Argument max-buckets must be an integer between 1 and " + MAX_BUCKETS);
        }
        return limit;
    }

    private static boolean mayList(Identity identity, Bucket bucket) {
        return switch (identity.kind()) {
            case ROOT -> true;
            case USER -> bucket.ownerId().equals(identity.canonicalId());
            case ANONYMOUS -> false;
        };
    }
}
