package dev.skerry.s3.operation;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.access.AccessList;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.blob.store.BlobStore;
import dev.skerry.blob.store.Buckets;
import dev.skerry.blob.store.PutBlobRequest;
import dev.skerry.s3.Compatibility;
import dev.skerry.s3.access.AccessListJson;
import dev.skerry.s3.access.AccessListXml;
import dev.skerry.s3.access.BucketAccessReader;
import dev.skerry.s3.access.Grantees;
import dev.skerry.s3.auth.Identities;
import dev.skerry.s3.logging.LogObjects;
import dev.skerry.s3.xml.XmlElement;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes logs as objects of the owner of their bucket, through the core as any write. */
public final class LogDelivery implements LogObjects {
    private final Buckets buckets;
    private final BlobStore blobs;
    private final BucketAccessReader reader;
    private final AccessListXml lists;

    /** Over a store. */
    public LogDelivery(Buckets buckets, BlobStore blobs, Identities identities, Compatibility compatibility) {
        this.buckets = buckets;
        this.blobs = blobs;
        this.reader = new BucketAccessReader(compatibility);
        this.lists = new AccessListXml(new Grantees(identities));
    }

    @Override
    public void write(String sourceOwnerId, String bucket, String key, byte[] text, List<XmlElement> grants) {
        Bucket target = buckets.require(bucket);
        if (!target.ownerId().equals(sourceOwnerId)) {
            // it was deleted and made anew by somebody else
            throw new StoreException(new StoreFailure.NoSuchBucket(bucket));
        }
        String acl = grants.isEmpty() || !reader.of(target).ownership().listsCount()
                ? null
                : AccessListJson.write(list(lists, target.ownerId(), grants), target.ownerId());
        BlobAttributes attributes = new BlobAttributes(
                Map.of("content-type", "text/plain"),
                Map.of(),
                Map.of(),
                target.ownerId(),
                StorageClass.STANDARD,
                acl,
                null,
                null);
        blobs.put(
                new PutBlobRequest(BlobPath.of(bucket, key), attributes, List.of(), Set.of(), false, null, null),
                new Text(text));
    }

    /** The owner's full control, and what the grants give. */
    static AccessList list(AccessListXml lists, String ownerId, List<XmlElement> grants) {
        XmlElement policy = new XmlElement(AccessListXml.ROOT);
        policy.child("Owner").add("ID", ownerId);
        XmlElement list = policy.child("AccessControlList");
        XmlElement own = list.child("Grant");
        own.child("Grantee").xsiType("CanonicalUser").add("ID", ownerId);
        own.add("Permission", "FULL_CONTROL");
        grants.forEach(list::add);
        return lists.read(policy, ownerId, ownerId);
    }

    /** A body in memory. */
    private static final class Text implements BlobBody {
        private final byte[] bytes;
        private @Nullable ByteBuffer left;

        Text(byte[] bytes) {
            this.bytes = bytes;
            this.left = ByteBuffer.wrap(bytes);
        }

        @Override
        public @Nullable ByteBuffer next() {
            ByteBuffer all = left;
            left = null;
            return all;
        }

        @Override
        public OptionalLong declaredBytes() {
            return OptionalLong.of(bytes.length);
        }

        @Override
        public Expected expected() {
            return Expected.NOTHING;
        }

        @Override
        public void close() {
            left = null;
        }
    }
}
