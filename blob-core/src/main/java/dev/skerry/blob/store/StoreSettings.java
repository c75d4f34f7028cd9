package dev.skerry.blob.store;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;

/**
 * What a person sets of how blobs are stored.
 *
 * @param inlineThresholdBytes bodies up to this size live in the database instead of files
 * @param partBytes where a body is cut into the next part file
 * @param durability what a write asks where its bucket says nothing
 * @param maxBlobBytes the largest blob; a single write may be bound lower by its protocol
 * @param minimumUploadPartBytes the least every part of a multipart upload but the last must have
 * @param homeRegion the region that writes are said to come from
 */
public record StoreSettings(
        int inlineThresholdBytes,
        long partBytes,
        Durability durability,
        long maxBlobBytes,
        long minimumUploadPartBytes,
        String homeRegion) {
    /** What holds where nothing is set. */
    public static final StoreSettings DEFAULT = new StoreSettings(
            8 * 1024,
            PartRef.MAX_PART_BYTES,
            Durability.ALWAYS,
            5L * 1024 * 1024 * 1024 * 1024,
            5L * 1024 * 1024,
            BlobMeta.LOCAL_REGION);

    /** A batch of commands of many inline bodies has to fit in memory. */
    private static final int MAX_INLINE_BYTES = 64 * 1024;

    public StoreSettings {
        if (inlineThresholdBytes < 0 || inlineThresholdBytes > MAX_INLINE_BYTES) {
            throw new IllegalArgumentException(
                    "inline threshold: " + inlineThresholdBytes + " bytes (expected: 0.." + MAX_INLINE_BYTES + ")");
        }
        if (partBytes < 1 || partBytes > PartRef.MAX_PART_BYTES) {
            throw new IllegalArgumentException(
                    "part size: " + partBytes + " bytes (expected: 1.." + PartRef.MAX_PART_BYTES + ")");
        }
        if (maxBlobBytes < 0 || minimumUploadPartBytes < 0) {
            throw new IllegalArgumentException("largest blob: " + maxBlobBytes + " bytes, least upload part: "
                    + minimumUploadPartBytes + " bytes (expected: 0 or more)");
        }
    }
}
