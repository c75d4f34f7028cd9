package dev.skerry.s3.operation;

import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.NoSuchBucket;
import dev.skerry.blob.store.Buckets;
import dev.skerry.s3.access.AccessListXml;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.Grantees;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.S3Request;
import dev.skerry.s3.http.S3Response;
import dev.skerry.s3.logging.LoggingConfig;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import java.util.Optional;

/**
 * GetBucketLogging, PutBucketLogging. Logs may go to any bucket of the same owner, which need not allow it by a policy
 * of its own.
 */
final class BucketLogging {
    private static final int MAX_DOCUMENT_BYTES = 128 * 1024;

    private final Buckets buckets;
    private final Named named;
    private final BucketAccessReader reader;
    private final AccessListXml lists;

    BucketLogging(Buckets buckets, Named named, BucketAccessReader reader, Identities identities) {
        this.buckets = buckets;
        this.named = named;
        this.reader = reader;
        this.lists = new AccessListXml(new Grantees(identities));
    }

    /** GetBucketLogging: an empty document where nothing is logged. */
    S3Response get(S3Request request) {
        String kept = named.bucket(request).configuration().get(ConfigurationKind.LOGGING);
        return S3Response.ok(kept == null ? new XmlElement(LoggingConfig.ROOT) : Documents.parse(kept));
    }

    /** PutBucketLogging; an empty document ends it. */
    S3Response put(S3Request request) {
        Bucket bucket = named.bucket(request);
        XmlElement document = Documents.read(request, LoggingConfig.ROOT, MAX_DOCUMENT_BYTES);
        Optional<LoggingConfig> config = LoggingConfig.read(document);
        config.ifPresent(wanted -> requireTarget(bucket, wanted));
        buckets.configure(
                bucket.name(), ConfigurationKind.LOGGING, config.isEmpty() ? null : Documents.write(document));
        return S3Response.ok();
    }

    private void requireTarget(Bucket source, LoggingConfig config) {
        Bucket target;
        try {
            target = buckets.require(config.targetBucket());
        } catch (StoreException e) {
            if (e.failure() instanceof NoSuchBucket) {
                throw refused("The target bucket for logging does not exist", config);
            }
            throw e;
        }
        if (!target.ownerId().equals(source.ownerId())) {
            throw refused("The owner for the bucket to be logged and the target bucket must be the same.", config);
        }
        if (config.grants().isEmpty()) {
            return;
        }
        Ownership ownership = reader.of(target).ownership();
        if (!ownership.listsCount()) {
            throw new S3Exception(
                    S3ErrorCode.INVALID_ARGUMENT,
                    "TargetGrants cannot be used where the target bucket has ObjectOwnership's BucketOwnerEnforced",
                    Map.of("ArgumentName", "TargetGrants", "ArgumentValue", config.targetBucket()));
        }
        LogDelivery.list(lists, target.ownerId(), config.grants());
    }

    private static S3Exception refused(String message, LoggingConfig config) {
        return new S3Exception(
                S3ErrorCode.INVALID_TARGET_BUCKET_FOR_LOGGING, message, Map.of("TargetBucket", config.targetBucket()));
    }
}
