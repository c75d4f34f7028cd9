package dev.skerry.blob;

/**
 * One generation and where its bytes are.
 *
 * @param meta what is known of it
 * @param content where its bytes are; {@link BlobContent#EMPTY} for a tombstone
 */
public record StoredBlob(BlobMeta meta, BlobContent content) {}
