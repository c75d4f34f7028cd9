package dev.skerry.blob;

import dev.skerry.blob.encryption.BlobEncryption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of a blob besides its bytes.
 *
 * @param headers system headers given back on reads, by lower-case name: {@code content-type}, {@code cache-control},
 *     {@code content-disposition}, {@code content-encoding}, {@code content-language}, {@code expires},
 *     {@code x-amz-website-redirect-location}
 * @param userMetadata by lower-case name without {@code x-amz-meta-}
 * @param tags by name, in the client's order not kept
 * @param ownerId canonical id of the identity that wrote it
 * @param storageClass as the client named it
 * @param acl access control list as JSON, or null for the owner alone
 * @param encryption how it is encrypted, or null for not at all; decided by the store, which ignores what a write says
 * @param lock what keeps it from being deleted or replaced, or null for nothing
 */
public record BlobAttributes(
        Map<String, String> headers,
        Map<String, String> userMetadata,
        Map<String, String> tags,
        String ownerId,
        StorageClass storageClass,
        @Nullable String acl,
        @Nullable BlobEncryption encryption,
        @Nullable BlobLock lock) {
    public BlobAttributes {
        headers = Map.copyOf(headers);
        userMetadata = Map.copyOf(userMetadata);
        tags = Map.copyOf(tags);
    }

    /** Attributes of a blob of {@code ownerId} of which nothing else was said. */
    public static BlobAttributes ownedBy(String ownerId) {
        return new BlobAttributes(Map.of(), Map.of(), Map.of(), ownerId, StorageClass.STANDARD, null, null, null);
    }

    /** The same with other tags. */
    public BlobAttributes withTags(Map<String, String> newTags) {
        return new BlobAttributes(headers, userMetadata, newTags, ownerId, storageClass, acl, encryption, lock);
    }

    /** The same under that retention, unless it has one of its own. */
    public BlobAttributes withDefault(Retention retention) {
        if (lock == null) {
            return withLock(BlobLock.NONE.withRetention(retention));
        }
        return lock.retention() == null ? withLock(lock.withRetention(retention)) : this;
    }

    /** The same with another lock, or none where null. */
    public BlobAttributes withLock(@Nullable BlobLock newLock) {
        return new BlobAttributes(headers, userMetadata, tags, ownerId, storageClass, acl, encryption, newLock);
    }

    /** The same encrypted that way, or not at all where null. */
    public BlobAttributes withEncryption(@Nullable BlobEncryption newEncryption) {
        return new BlobAttributes(headers, userMetadata, tags, ownerId, storageClass, acl, newEncryption, lock);
    }

    /** The same with another access control list, null for the owner alone. */
    public BlobAttributes withAcl(@Nullable String newAcl) {
        return new BlobAttributes(headers, userMetadata, tags, ownerId, storageClass, newAcl, encryption, lock);
    }

    /** The same in another storage class. */
    public BlobAttributes withStorageClass(StorageClass newClass) {
        return new BlobAttributes(headers, userMetadata, tags, ownerId, newClass, acl, encryption, lock);
    }

    /** The same of another owner, with its access control list. */
    public BlobAttributes withOwner(String newOwnerId, @Nullable String newAcl) {
        return new BlobAttributes(headers, userMetadata, tags, newOwnerId, storageClass, newAcl, encryption, lock);
    }
}
