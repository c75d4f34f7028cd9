package dev.skerry.blob.lifecycle;

import dev.skerry.blob.BlobKind;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.StorageClass;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What rules know of a version, but its tags.
 *
 * @param key whose version it is
 * @param tombstone whether it says deleted
 * @param sizeBytes plain size
 * @param storageClass the one it has
 * @param createdAt when it came to be
 * @param noncurrent since when others are newer; null for the current version
 * @param alone whether the path has no other version; known of current tombstones only
 */
public record JudgedVersion(
        String key,
        boolean tombstone,
        long sizeBytes,
        StorageClass storageClass,
        Instant createdAt,
        @Nullable Noncurrent noncurrent,
        boolean alone) {
    /**
     * What is known of a version that is current no longer.
     *
     * @param since when the next newer one came to be
     * @param newerVersions how many of the newer ones are current no longer either; delete markers are not counted, so
     *     that they push no bytes out
     */
    public record Noncurrent(Instant since, int newerVersions) {}

    /** A current version with bytes. */
    public static JudgedVersion current(BlobMeta meta) {
        return new JudgedVersion(
                meta.path().key(),
                meta.tombstone(),
                meta.sizeBytes(),
                meta.attributes().storageClass(),
                meta.createdAt(),
                null,
                false);
    }

    static JudgedVersion of(ListedBlob row, @Nullable Noncurrent noncurrent, boolean alone) {
        return new JudgedVersion(
                row.path().key(),
                row.kind() == BlobKind.TOMBSTONE,
                row.sizeBytes(),
                row.storageClass(),
                row.createdAt(),
                noncurrent,
                alone);
    }
}
