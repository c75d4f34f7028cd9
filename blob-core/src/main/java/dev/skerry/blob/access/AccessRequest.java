package dev.skerry.blob.access;

import org.jspecify.annotations.Nullable;

/**
 * One question: may this requester do this?
 *
 * @param requester who asks
 * @param action as policies name it, {@code s3:GetObject}
 * @param resource as policies name it, {@code arn:aws:s3:::bucket/key}
 * @param need which grants would do
 * @param bucket what the bucket says
 * @param blob what the blob says; null where there is none, or none is meant
 * @param context what conditions are held against
 * @param open whether the node's settings allow this to whoever sends no signature
 */
public record AccessRequest(
        Requester requester,
        String action,
        String resource,
        Need need,
        BucketAccess bucket,
        @Nullable BlobAccess blob,
        RequestContext context,
        boolean open) {
    /** The same of a blob, whose tags join the context. */
    public AccessRequest withBlob(@Nullable BlobAccess newBlob) {
        RequestContext joined = newBlob == null ? context : context.withTagsOf(newBlob);
        return new AccessRequest(requester, action, resource, need, bucket, newBlob, joined, open);
    }
}
