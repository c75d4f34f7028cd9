package dev.skerry.blob.event;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PlacementGroup;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.clock.HlcTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * A change that was committed. Written in the transaction of the change, so there is one if and only if it happened.
 */
public sealed interface StorageEvent {
    /** When it happened. */
    HlcTimestamp hlc();

    /** Why a generation came to stand. */
    enum Cause {
        PUT,
        COPY,
        FORM,
        MULTIPART,
        UNDELETE
    }

    /** A generation with bytes came to stand. */
    record ObjectCreated(
            BlobPath path,
            BlobId versionId,
            Generation generation,
            HlcTimestamp hlc,
            long sizeBytes,
            String etag,
            PlacementGroup placementGroup,
            Cause cause)
            implements StorageEvent {}

    /**
     * A path was deleted, or one of its versions.
     *
     * @param versionId the version deleted, or the delete marker written; null where the tombstone written is none that
     *     S3 shows
     * @param generation of the version deleted or the tombstone written
     * @param deleteMarker whether a tombstone was written that S3 shows as a delete marker
     * @param byLifecycle whether a rule of the bucket's lifecycle did it, and no request
     */
    record ObjectDeleted(
            BlobPath path,
            @Nullable BlobId versionId,
            Generation generation,
            HlcTimestamp hlc,
            boolean deleteMarker,
            PlacementGroup placementGroup,
            boolean byLifecycle)
            implements StorageEvent {}

    /** The tags of a version were replaced or removed. */
    record ObjectTagged(BlobPath path, BlobId versionId, Generation generation, HlcTimestamp hlc, boolean removed)
            implements StorageEvent {}

    /** The retention or the legal hold of a version was set, changed or lifted. */
    record ObjectLockSet(BlobPath path, BlobId versionId, Generation generation, HlcTimestamp hlc)
            implements StorageEvent {}

    /** The access control list of a version was replaced. */
    record ObjectAclSet(BlobPath path, BlobId versionId, Generation generation, HlcTimestamp hlc)
            implements StorageEvent {}

    /** A lifecycle rule moved a version to another storage class. */
    record ObjectTransitioned(
            BlobPath path, BlobId versionId, Generation generation, HlcTimestamp hlc, StorageClass storageClass)
            implements StorageEvent {}

    /** A bucket came to be. */
    record BucketCreated(String bucket, HlcTimestamp hlc) implements StorageEvent {}

    /** A bucket is gone. */
    record BucketDeleted(String bucket, HlcTimestamp hlc) implements StorageEvent {}
}
