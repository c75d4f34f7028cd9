package dev.skerry.s3.operation;

import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.encryption.DefaultEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.lifecycle.StorageClasses;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Buckets;
import dev.skerry.blob.store.Listing;
import dev.skerry.blob.store.Uploads;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.auth.Identity;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.http.S3Handler;
import dev.skerry.s3.http.S3Operation;
import dev.skerry.s3.lifecycle.BucketLifecycleReader;
import dev.skerry.s3.notification.Notifier;
import java.util.EnumMap;
import java.util.Map;

/** What each S3 operation does here. An operation that is not in the map is not implemented. */
public final class S3Operations {
    private final Map<S3Operation, S3Handler> handlers = new EnumMap<>(S3Operation.class);
    private final Buckets buckets;
    private final BlobStore blobs;
    private final Uploads uploads;
    private final Listing listing;
    private final Settings settings;
    private final Named named;
    private final Owners owners;
    private final Identities identities;
    private final BucketAccessReader reader;
    private final WrittenAccess access;
    private final Expirations expirations;
    private final EncryptionHeaders encryption;
    private final AddedChecksums added;
    private final UserMetadata metadata;

    /**
     * What a person may set.
     *
     * @param region the server's own, which buckets without a location constraint are in
     * @param compatibility whose side is taken where AWS and Ceph differ
     * @param storageClasses that lifecycle rules may name
     * @param keys whether there is a key service to encrypt with
     * @param customerKeysNeedTls whether a client's own key is refused over plain HTTP
     * @param addedChecksums whether what comes without a checksum gets one, where S3 has it so
     */
    public record Settings(
            String region,
            Compatibility compatibility,
            StorageClasses storageClasses,
            boolean keys,
            boolean customerKeysNeedTls,
            boolean addedChecksums) {
        /** What a bucket keeps from the start: that it encrypts, where there are keys and S3 has it so. */
        public Map<ConfigurationKind, String> ofNewBucket() {
            return keys && compatibility.encryptsByDefault()
                    ? Map.of(
                            ConfigurationKind.ENCRYPTION,
                            new DefaultEncryption(EncryptionMethod.MANAGED, null, false).document())
                    : Map.of();
        }

        /** Where S3 would say the bucket is. */
        String regionOf(Bucket bucket) {
            return bucket.region().isEmpty() ? region : bucket.region();
        }
    }

    private S3Operations(
            Buckets buckets,
            BlobStore blobs,
            Uploads uploads,
            Listing listing,
            Identities identities,
            Settings settings) {
        this.buckets = buckets;
        this.blobs = blobs;
        this.uploads = uploads;
        this.listing = listing;
        this.settings = settings;
        this.named = new Named(buckets);
        this.identities = identities;
        this.reader = new BucketAccessReader(settings.compatibility());
        this.owners = new Owners(
                id -> identities.byCanonicalId(id).map(Identity::displayName).orElse(""), reader);
        this.access = new WrittenAccess(reader, identities);
        this.expirations = new Expirations(new BucketLifecycleReader(), settings.storageClasses());
        this.encryption = new EncryptionHeaders(new EncryptionHeaders.Settings(
                settings.keys(), settings.customerKeysNeedTls(), settings.compatibility()));
        this.added = new AddedChecksums(settings.compatibility().addsChecksums() && settings.addedChecksums());
        this.metadata = UserMetadata.of(settings.compatibility().encodesMetadata());
    }

    /** The operations over a store, but those of notifications. */
    public static Map<S3Operation, S3Handler> handlers(
            Buckets buckets,
            BlobStore blobs,
            Uploads uploads,
            Listing listing,
            Identities identities,
            Settings settings) {
        S3Operations operations = new S3Operations(buckets, blobs, uploads, listing, identities, settings);
        operations.addBuckets();
        operations.addAccess();
        operations.addEncryption();
        operations.addUnsetConfigurations();
        operations.addListings();
        operations.addObjects();
        operations.addLocks();
        operations.addUploads();
        return Map.copyOf(operations.handlers);
    }

    /** The same and those of notifications, which go where {@code notifier} knows. */
    public static Map<S3Operation, S3Handler> notifying(
            Map<S3Operation, S3Handler> handlers, Buckets buckets, Notifier notifier) {
        BucketNotification notification = new BucketNotification(buckets, new Named(buckets), notifier);
        Map<S3Operation, S3Handler> all = new EnumMap<>(handlers);
        all.put(S3Operation.GET_BUCKET_NOTIFICATION_CONFIGURATION, notification::get);
        all.put(S3Operation.PUT_BUCKET_NOTIFICATION_CONFIGURATION, notification::put);
        return Map.copyOf(all);
    }

    private void addBuckets() {
        BucketBasics basics = new BucketBasics(buckets, named, settings);
        BucketVersioning versioning = new BucketVersioning(buckets, named);
        BucketTagging tagging = new BucketTagging(buckets, named);
        BucketCors cors = new BucketCors(buckets, named);
        BucketLifecycle lifecycle = new BucketLifecycle(buckets, named, settings);
        BucketWebsite website = new BucketWebsite(buckets, named);
        BucketLogging logging = new BucketLogging(buckets, named, reader, identities);
        handlers.put(S3Operation.LIST_BUCKETS, new ListBuckets(buckets, settings));
        handlers.put(S3Operation.CREATE_BUCKET, new CreateBucket(buckets, settings, reader, identities));
        handlers.put(S3Operation.HEAD_BUCKET, basics::head);
        handlers.put(S3Operation.DELETE_BUCKET, basics::delete);
        handlers.put(S3Operation.GET_BUCKET_LOCATION, basics::location);
        handlers.put(S3Operation.GET_BUCKET_VERSIONING, versioning::get);
        handlers.put(S3Operation.PUT_BUCKET_VERSIONING, versioning::put);
        handlers.put(S3Operation.GET_BUCKET_TAGGING, tagging::get);
        handlers.put(S3Operation.PUT_BUCKET_TAGGING, tagging::put);
        handlers.put(S3Operation.DELETE_BUCKET_TAGGING, tagging::delete);
        handlers.put(S3Operation.GET_BUCKET_CORS, cors::get);
        handlers.put(S3Operation.PUT_BUCKET_CORS, cors::put);
        handlers.put(S3Operation.DELETE_BUCKET_CORS, cors::delete);
        handlers.put(S3Operation.GET_BUCKET_LIFECYCLE_CONFIGURATION, lifecycle::get);
        handlers.put(S3Operation.PUT_BUCKET_LIFECYCLE_CONFIGURATION, lifecycle::put);
        handlers.put(S3Operation.DELETE_BUCKET_LIFECYCLE, lifecycle::delete);
        handlers.put(S3Operation.GET_BUCKET_LOGGING, logging::get);
        handlers.put(S3Operation.PUT_BUCKET_LOGGING, logging::put);
        handlers.put(S3Operation.GET_BUCKET_WEBSITE, website::get);
        handlers.put(S3Operation.PUT_BUCKET_WEBSITE, website::put);
        handlers.put(S3Operation.DELETE_BUCKET_WEBSITE, website::delete);
    }

    private void addAccess() {
        AccessControlLists acls = new AccessControlLists(buckets, blobs, named, owners, reader, identities);
        BucketOwnership ownership = new BucketOwnership(buckets, named, reader);
        BucketPublicAccess block = new BucketPublicAccess(buckets, named, reader);
        BucketPolicy policy = new BucketPolicy(buckets, named, reader, settings.compatibility());
        handlers.put(S3Operation.GET_BUCKET_ACL, acls::getOfBucket);
        handlers.put(S3Operation.PUT_BUCKET_ACL, acls::putOfBucket);
        handlers.put(S3Operation.GET_OBJECT_ACL, acls::getOfObject);
        handlers.put(S3Operation.PUT_OBJECT_ACL, acls::putOfObject);
        handlers.put(S3Operation.GET_BUCKET_OWNERSHIP_CONTROLS, ownership::get);
        handlers.put(S3Operation.PUT_BUCKET_OWNERSHIP_CONTROLS, ownership::put);
        handlers.put(S3Operation.DELETE_BUCKET_OWNERSHIP_CONTROLS, ownership::delete);
        handlers.put(S3Operation.GET_PUBLIC_ACCESS_BLOCK, block::get);
        handlers.put(S3Operation.PUT_PUBLIC_ACCESS_BLOCK, block::put);
        handlers.put(S3Operation.DELETE_PUBLIC_ACCESS_BLOCK, block::delete);
        handlers.put(S3Operation.GET_BUCKET_POLICY, policy::get);
        handlers.put(S3Operation.PUT_BUCKET_POLICY, policy::put);
        handlers.put(S3Operation.DELETE_BUCKET_POLICY, policy::delete);
        handlers.put(S3Operation.GET_BUCKET_POLICY_STATUS, policy::status);
    }

    private void addEncryption() {
        BucketEncryption ofBucket = new BucketEncryption(buckets, named, encryption, settings);
        handlers.put(S3Operation.GET_BUCKET_ENCRYPTION, ofBucket::get);
        handlers.put(S3Operation.PUT_BUCKET_ENCRYPTION, ofBucket::put);
        handlers.put(S3Operation.DELETE_BUCKET_ENCRYPTION, ofBucket::delete);
    }

    private void addUnsetConfigurations() {
        UnsetConfigurations unset = new UnsetConfigurations(named);
        handlers.put(S3Operation.GET_BUCKET_REPLICATION, unset.absent(S3ErrorCode.REPLICATION_CONFIGURATION_NOT_FOUND));
        handlers.put(S3Operation.GET_BUCKET_ACCELERATE_CONFIGURATION, unset.empty("AccelerateConfiguration"));
        handlers.put(S3Operation.PUT_BUCKET_ACCELERATE_CONFIGURATION, unset.acceleration());
        handlers.put(S3Operation.GET_BUCKET_REQUEST_PAYMENT, unset.ownerPays());
        handlers.put(S3Operation.PUT_BUCKET_REQUEST_PAYMENT, unset.payment());
        handlers.put(S3Operation.DELETE_BUCKET_REPLICATION, unset.removed());
        handlers.put(S3Operation.GET_BUCKET_ABAC, unset.noAbac());
        handlers.put(
                S3Operation.LIST_BUCKET_INVENTORY_CONFIGURATIONS, unset.emptyList("ListInventoryConfigurationsResult"));
        handlers.put(
                S3Operation.LIST_BUCKET_ANALYTICS_CONFIGURATIONS,
                unset.emptyList("ListBucketAnalyticsConfigurationsResult"));
        handlers.put(
                S3Operation.LIST_BUCKET_METRICS_CONFIGURATIONS, unset.emptyList("ListMetricsConfigurationsResult"));
        handlers.put(
                S3Operation.LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS,
                unset.emptyList("ListBucketIntelligentTieringConfigurationsOutput"));
        S3Handler noneOfThatId = unset.absent(S3ErrorCode.NO_SUCH_CONFIGURATION);
        handlers.put(S3Operation.GET_BUCKET_INVENTORY_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.GET_BUCKET_ANALYTICS_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.GET_BUCKET_METRICS_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.DELETE_BUCKET_INVENTORY_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.DELETE_BUCKET_ANALYTICS_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.DELETE_BUCKET_METRICS_CONFIGURATION, noneOfThatId);
        handlers.put(S3Operation.DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION, noneOfThatId);
        S3Handler noMetadata = unset.absent(S3ErrorCode.METADATA_CONFIGURATION_NOT_FOUND);
        handlers.put(S3Operation.GET_BUCKET_METADATA_CONFIGURATION, noMetadata);
        handlers.put(S3Operation.GET_BUCKET_METADATA_TABLE_CONFIGURATION, noMetadata);
        handlers.put(
                S3Operation.GET_OBJECT_TORRENT,
                unset.absent(settings.compatibility().noTorrent()));
    }

    private void addListings() {
        ListObjects objects = new ListObjects(listing, named, owners);
        handlers.put(S3Operation.LIST_OBJECTS, objects::v1);
        handlers.put(S3Operation.LIST_OBJECTS_V2, objects::v2);
        handlers.put(S3Operation.LIST_OBJECT_VERSIONS, new ListObjectVersions(listing, blobs, named, owners));
        handlers.put(S3Operation.LIST_MULTIPART_UPLOADS, new ListMultipartUploads(uploads, named, owners));
        handlers.put(S3Operation.LIST_PARTS, new ListParts(uploads, named, owners, expirations));
    }

    private void addObjects() {
        GetObject get = new GetObject(blobs, named, expirations, encryption, metadata, settings.compatibility());
        ObjectTagging tagging = new ObjectTagging(blobs, named);
        handlers.put(S3Operation.PUT_OBJECT, put(metadata));
        handlers.put(S3Operation.POST_OBJECT, new PostObject(put(metadata.ofForms())));
        handlers.put(S3Operation.GET_OBJECT, get::get);
        handlers.put(S3Operation.HEAD_OBJECT, get::head);
        handlers.put(S3Operation.GET_OBJECT_ATTRIBUTES, new GetObjectAttributes(blobs, named, encryption));
        handlers.put(
                S3Operation.COPY_OBJECT,
                new CopyObject(blobs, named, access, expirations, encryption, added, metadata));
        handlers.put(S3Operation.DELETE_OBJECT, new DeleteObject(blobs, named, settings.compatibility()));
        handlers.put(S3Operation.DELETE_OBJECTS, new DeleteObjects(blobs, named, settings.compatibility()));
        handlers.put(S3Operation.GET_OBJECT_TAGGING, tagging::get);
        handlers.put(S3Operation.PUT_OBJECT_TAGGING, tagging::put);
        handlers.put(S3Operation.DELETE_OBJECT_TAGGING, tagging::delete);
    }

    private PutObject put(UserMetadata read) {
        return new PutObject(blobs, named, access, expirations, encryption, added, read);
    }

    private void addLocks() {
        BucketObjectLock ofBucket = new BucketObjectLock(buckets, named);
        ObjectLocks ofObjects = new ObjectLocks(blobs, named);
        handlers.put(S3Operation.GET_OBJECT_LOCK_CONFIGURATION, ofBucket::get);
        handlers.put(S3Operation.PUT_OBJECT_LOCK_CONFIGURATION, ofBucket::put);
        handlers.put(S3Operation.GET_OBJECT_RETENTION, ofObjects::getRetention);
        handlers.put(S3Operation.PUT_OBJECT_RETENTION, ofObjects::putRetention);
        handlers.put(S3Operation.GET_OBJECT_LEGAL_HOLD, ofObjects::getLegalHold);
        handlers.put(S3Operation.PUT_OBJECT_LEGAL_HOLD, ofObjects::putLegalHold);
    }

    private void addUploads() {
        handlers.put(
                S3Operation.CREATE_MULTIPART_UPLOAD,
                new CreateMultipartUpload(uploads, named, access, expirations, encryption, metadata));
        handlers.put(S3Operation.UPLOAD_PART, new UploadPart(uploads, named, encryption, added));
        handlers.put(S3Operation.UPLOAD_PART_COPY, new UploadPartCopy(blobs, uploads, named, encryption, added));
        handlers.put(
                S3Operation.COMPLETE_MULTIPART_UPLOAD,
                new CompleteMultipartUpload(uploads, named, expirations, encryption, settings));
        handlers.put(S3Operation.ABORT_MULTIPART_UPLOAD, new AbortMultipartUpload(uploads, named));
    }
}
