package dev.skerry.blob.access;

import org.jspecify.annotations.Nullable;

/**
 * Everything a bucket says of access to it.
 *
 * @param bucket its name
 * @param ownerId canonical id of its owner
 * @param ownership who owns what is written to it
 * @param block what is kept from the public
 * @param accessList its own grants
 * @param policy its policy, or null for none
 */
public record BucketAccess(
        String bucket,
        String ownerId,
        Ownership ownership,
        PublicAccessBlock block,
        AccessList accessList,
        @Nullable Policy policy) {}
