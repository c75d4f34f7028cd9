package dev.skerry.s3.access;

import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Ownership;
import dev.skerry.blob.access.Policy;
import dev.skerry.blob.access.PublicAccessBlock;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.s3.Compatibility;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What buckets say of access, from the documents they keep. A bucket without a document has the default of its side,
 * AWS or Ceph; one whose document was deleted keeps {@link #DELETED} in its place. Safe for many threads.
 */
public final class BucketAccessReader {
    /** Kept in place of a document that was deleted, after which the defaults do not come back, as in S3. */
    public static final String DELETED = "deleted";

    /** Buckets that are kept read; when there are more, all are read again. */
    private static final int MAX_KEPT = 1000;

    private record Read(Bucket bucket, BucketAccess access) {}

    private final Compatibility compatibility;
    private final ConcurrentMap<String, Read> kept = new ConcurrentHashMap<>();

    /** With the defaults of a side. */
    public BucketAccessReader(Compatibility compatibility) {
        this.compatibility = compatibility;
    }

    /**
     * What a bucket says.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} where a document it keeps cannot be read
     */
    public BucketAccess of(Bucket bucket) {
        Read known = kept.get(bucket.name());
        if (known != null && known.bucket().equals(bucket)) {
            return known.access();
        }
        BucketAccess access = read(bucket);
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        kept.put(bucket.name(), new Read(bucket, access));
        return access;
    }

    private BucketAccess read(Bucket bucket) {
        return new BucketAccess(
                bucket.name(),
                bucket.ownerId(),
                ownership(bucket),
                publicAccessBlock(bucket),
                AccessListJson.read(bucket.configuration().get(ConfigurationKind.ACL), bucket.ownerId()),
                policy(bucket));
    }

    private Ownership ownership(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.OWNERSHIP);
        if (document == null) {
            return compatibility.ownership();
        }
        return document.equals(DELETED) ? Ownership.WRITER : OwnershipControls.ofKept(document);
    }

    private PublicAccessBlock publicAccessBlock(Bucket bucket) {
        return keptBlock(bucket).orElse(PublicAccessBlock.NONE);
    }

    /** The ownership a bucket has set or has by default; empty where it was deleted, or by default there is none. */
    public Optional<Ownership> shownOwnership(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.OWNERSHIP);
        if (document == null) {
            return compatibility == Compatibility.CEPH ? Optional.empty() : Optional.of(compatibility.ownership());
        }
        return document.equals(DELETED) ? Optional.empty() : Optional.of(OwnershipControls.ofKept(document));
    }

    /** The block a bucket has set or has by default; empty where it was deleted, or by default there is none. */
    public Optional<PublicAccessBlock> keptBlock(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.PUBLIC_ACCESS_BLOCK);
        if (document == null) {
            PublicAccessBlock standard = compatibility.publicAccessBlock();
            return standard.equals(PublicAccessBlock.NONE) ? Optional.empty() : Optional.of(standard);
        }
        return document.equals(DELETED) ? Optional.empty() : Optional.of(PublicAccessBlockXml.ofKept(document));
    }

    private @Nullable Policy policy(Bucket bucket) {
        String document = bucket.configuration().get(ConfigurationKind.POLICY);
        return document == null ? null : PolicyJson.ofKept(document, bucket.name());
    }
}
