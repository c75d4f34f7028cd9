package dev.skerry.s3.operation;

import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.BucketExists;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.access.AccessListHeaders;
import dev.skerry.s3.access.AccessListJson;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.Grantees;
import dev.skerry.s3.access.OwnershipControls;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.xml.XmlElement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    private static final String OWNERSHIP = "x-amz-object-ownership";
    private static final String FORGIVING_REGION = "us-east-1";

    private final Buckets buckets;
    private final S3Operations.Settings settings;
    private final BucketAccessReader reader;
    private final AccessListHeaders lists;

    CreateBucket(Buckets buckets, S3Operations.Settings settings, BucketAccessReader reader, Identities identities) {
        this.reader = reader;
        this.buckets = buckets;
        this.settings = settings;
        this.lists = new AccessListHeaders(new Grantees(identities));
    }

    @Override
    public S3Response handle(S3Request request) {
        String name = BucketName.require(Named.name(request));
        Map<ConfigurationKind, String> documents = documents(request);
        String region = Documents.readIfAny(request, "CreateBucketConfiguration", MAX_DOCUMENT_BYTES)
                .map(CreateBucket::region)
                .orElse("");
        boolean locked = request.header("x-amz-bucket-object-lock-enabled")
                .filter(value -> value.equalsIgnoreCase("true"))
                .isPresent();
        try {
            create(name, request.identity().canonicalId(), region, locked, documents);
        } catch (StoreException e) {
            if (!(e.failure() instanceof BucketExists exists)) {
                throw e;
            }
            answerExisting(request, exists, region, locked, documents);
        }
        return new S3Response.Empty(200, Map.of("Location", "/" + name));
    }

    private void create(
            String name, String ownerId, String region, boolean locked, Map<ConfigurationKind, String> documents) {
        if (locked) {
            buckets.createWithObjectLock(name, ownerId, region, documents);
        } else {
            buckets.create(name, ownerId, region, documents);
        }
    }

    /** What a new bucket has anyway, and what the headers say of access, as documents it keeps. */
    private Map<ConfigurationKind, String> documents(S3Request request) {
        Map<ConfigurationKind, String> documents = new EnumMap<>(ConfigurationKind.class);
        documents.putAll(settings.ofNewBucket());
        Optional<String> named = request.header(OWNERSHIP);
        Ownership ownership = settings.compatibility().ownership();
        if (named.isPresent()) {
            ownership = OwnershipControls.named(named.get())
                    .orElseThrow(() -> Parameters.invalid(
                            OWNERSHIP, named.get(), "Invalid " + OWNERSHIP + " header: " + named.get()));
            documents.put(ConfigurationKind.OWNERSHIP, named.get());
        }
        String ownerId = request.identity().canonicalId();
        Optional<AccessList> list = lists.read(request.headers(), ownerId, ownerId);
        if (list.isEmpty()) {
            return documents;
        }
        if (!ownership.listsCount() && !list.get().isOwnerAlone(ownerId)) {
            throw new S3Exception(S3ErrorCode.INVALID_BUCKET_ACL_WITH_OBJECT_OWNERSHIP);
        }
        if (settings.compatibility().publicAccessBlock().blockLists()
                && list.get().isPublic()) {
            throw new S3Exception(S3ErrorCode.INVALID_BUCKET_ACL_WITH_BLOCK_PUBLIC_ACCESS);
        }
        String kept = AccessListJson.write(list.get(), ownerId);
        if (kept != null) {
            documents.put(ConfigurationKind.ACL, kept);
        }
        return documents;
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
    private void answerExisting(
            S3Request request,
            BucketExists exists,
            String region,
            boolean locked,
            Map<ConfigurationKind, String> documents) {
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
        Bucket bucket = buckets.require(exists.bucket());
        String asked = documents.get(ConfigurationKind.ACL);
        boolean counts = reader.of(bucket).ownership().listsCount();
        if (!counts || Objects.equals(bucket.configuration().get(ConfigurationKind.ACL), asked)) {
            return;
        }
        if (settings.compatibility().refusesOtherAccessList()) {
            throw new S3Exception(
                    S3ErrorCode.BUCKET_ALREADY_EXISTS, S3ErrorCode.BUCKET_ALREADY_EXISTS.message(), fields);
        }
        buckets.configure(bucket.name(), ConfigurationKind.ACL, asked);
    }
}
