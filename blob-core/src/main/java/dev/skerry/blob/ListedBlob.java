package dev.skerry.blob;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generation as a listing shows it: cheaper to read than a {@link BlobMeta}.
 *
 * @param path whose generation it is
 * @param generation its number
 * @param blobId its name
 * @param kind live or tombstone
 * @param latest whether it is the current version
 * @param nullVersion whether S3 shows its version id as {@code null}
 * @param sizeBytes plain size
 * @param etag S3's ETag without quotes
 * @param nativeEtag the native API's ETag without quotes; empty for a tombstone
 * @param createdAt S3's Last-Modified
 * @param tombstonedAt when it was deleted or replaced, or null
 * @param ownerId canonical id of its owner
 * @param storageClass as the client named it
 * @param checksums as asked for on the write
 */
public record ListedBlob(
        BlobPath path,
        Generation generation,
        BlobId blobId,
        BlobKind kind,
        boolean latest,
        boolean nullVersion,
        long sizeBytes,
        String etag,
        String nativeEtag,
        Instant createdAt,
        @Nullable Instant tombstonedAt,
        String ownerId,
        StorageClass storageClass,
        List<Checksum> checksums) {
    public ListedBlob {
        checksums = List.copyOf(checksums);
    }

    /** S3's version id of this generation. */
    public String versionId() {
        return nullVersion ? "null" : blobId.value();
    }
}
