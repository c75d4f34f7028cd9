package dev.skerry.s3.operation;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.BucketExists;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * CreateBucket. Creating again what one owns already succeeds where AWS lets it, in us-east-1, and is
 * BucketAlreadyOwnedByYou in every other region.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html">CreateBucket</a>
 */
final class CreateBucket implements S3Handler {
    private static final int MAX_DOCUMENT_BYTES = 64 * 1024;
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,62}");
    private static final String FORGIVING_REGION = "us-east-1";

    private final Buckets buckets;
    private final S3Operations.Settings settings;

    CreateBucket(Buckets buckets, S3Operations.Settings settings) {
        this.buckets = buckets;
        this.settings = settings;
    }

    @Override
    public S3Response handle(S3Request request) {
        String name = BucketName.require(Named.name(request));
        refuseUnsupported(request);
        String region = Documents.readIfAny(request, "CreateBucketConfiguration", MAX_DOCUMENT_BYTES)
                .map(CreateBucket::region)
                .orElse("");
        boolean locked = request.header("x-amz-bucket-object-lock-enabled")
                .filter(value -> value.equalsIgnoreCase("true"))
                .isPresent();
        try {
            create(name, request.identity().canonicalId(), region, locked);
        } catch (StoreException e) {
            if (!(e.failure() instanceof BucketExists exists)) {
                throw e;
            }
            answerExisting(request, exists, region, locked);
        }
        return new S3Response.Empty(200, Map.of("Location", "/" + name));
    }

    private void create(String name, String ownerId, String region, boolean locked) {
        if (locked) {
            buckets.createWithObjectLock(name, ownerId, region);
        } else {
            buckets.create(name, ownerId, region);
        }
    }

    private static void refuseUnsupported(S3Request request) {
        Unsupported.refuseAcl(request);
        if (request.header("x-amz-object-ownership")
                .filter(value -> !value.equals("BucketOwnerEnforced"))
                .isPresent()) {
            throw new S3Exception(
                    S3ErrorCode.NOT_IMPLEMENTED, "Object ownership other than BucketOwnerEnforced is not implemented.");
        }
    }

    private static String region(XmlElement configuration) {
        if (configuration.first("Bucket").isPresent()
                || configuration.first("Location").isPresent()
                || configuration.first("Tags").isPresent()) {
            throw new S3Exception(
                    S3ErrorCode.NOT_IMPLEMENTED,
                    "CreateBucketConfiguration is implemented for LocationConstraint only.");
        }
        String region =
                configuration.textOf("LocationConstraint").map(String::strip).orElse("");
        if (!region.isEmpty() && !REGION.matcher(region).matches()) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_LOCATION_CONSTRAINT,
                    S3ErrorCode.INVALID_LOCATION_CONSTRAINT.message(),
                    Map.of("LocationConstraint", region));
        }
        return region;
    }

    /** Succeeds where what is there is what is asked for; a bucket without object lock is not one with it. */
    private void answerExisting(S3Request request, BucketExists exists, String region, boolean locked) {
        Map<String, String> fields = Map.of("BucketName", exists.bucket());
        if (!exists.ownerId().equals(request.identity().canonicalId())) {
            throw new S3Exception(
                    S3ErrorCode.BUCKET_ALREADY_EXISTS, S3ErrorCode.BUCKET_ALREADY_EXISTS.message(), fields);
        }
        boolean lockMissing =
                locked && buckets.require(exists.bucket()).objectLock().isEmpty();
        if (lockMissing || !region.isEmpty() || !settings.region().equals(FORGIVING_REGION)) {
            throw new S3Exception(
                    S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU, S3ErrorCode.BUCKET_ALREADY_OWNED_BY_YOU.message(), fields);
        }
    }
}
