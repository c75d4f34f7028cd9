package dev.skerry.blob.access;

import java.util.Map;

/**
 * What a blob says of access to it.
 *
 * @param ownerId canonical id of its owner
 * @param accessList its grants
 * @param tags by name, for policies that ask for them
 */
public record BlobAccess(String ownerId, AccessList accessList, Map<String, String> tags) {
    public BlobAccess {
        tags = Map.copyOf(tags);
    }
}
