package dev.skerry.blob;

import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.encryption.BlobEncryption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one generation of a blob, without its bytes.
 *
 * @param path whose generation it is
 * @param generation its number
 * @param blobId its name for ever, S3's version id
 * @param kind live or tombstone
 * @param latest whether it is the current version: the newest that S3 shows
 * @param nullVersion whether S3 shows its version id as {@code null}
 * @param sizeBytes plain size; 0 for a tombstone
 * @param etag S3's ETag without quotes; empty for a tombstone
 * @param sha256 over the whole content, or null where no single pass saw it (multipart)
 * @param nativeEtag the native API's ETag without quotes: the content's SHA-256 where known, else the SHA-256 over the
 *     digests of the stored parts and {@code -N} for their number; empty for a tombstone
 * @param checksums as asked for on the write
 * @param uploadParts the parts of the multipart upload that made it; empty for a plain write
 * @param attributes what the client said of it
 * @param createdAt S3's Last-Modified, to the millisecond
 * @param tombstonedAt when this generation itself was deleted or replaced, after which S3 no longer shows it and
 *     garbage collection may take it; null while it stands
 * @param hlc when it was written, ordered across nodes and regions
 * @param placementGroup where it was placed
 * @param homeRegion the region that wrote it
 * @param replicationStatus how far it got to other regions
 * @param writeId the client's id that makes a retry of this write a replay, or null
 */
public record BlobMeta(
        BlobPath path,
        Generation generation,
        BlobId blobId,
        BlobKind kind,
        boolean latest,
        boolean nullVersion,
        long sizeBytes,
        String etag,
        @Nullable Sha256 sha256,
        String nativeEtag,
        List<Checksum> checksums,
        List<UploadPartSummary> uploadParts,
        BlobAttributes attributes,
        Instant createdAt,
        @Nullable Instant tombstonedAt,
        HlcTimestamp hlc,
        PlacementGroup placementGroup,
        String homeRegion,
        ReplicationStatus replicationStatus,
        @Nullable String writeId) {
    /** The region of a store that was told no other. */
    public static final String LOCAL_REGION = "local";

    private static final int MD5_DIGITS = 32;

    public BlobMeta {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("size: " + sizeBytes + " bytes (expected: 0 or more)");
        }
        checksums = List.copyOf(checksums);
        uploadParts = List.copyOf(uploadParts);
    }

    /** Whether S3 shows this generation at all. */
    public boolean visible() {
        return tombstonedAt == null;
    }

    /** Whether this generation says deleted. */
    public boolean tombstone() {
        return kind == BlobKind.TOMBSTONE;
    }

    /** Whether its ETag is the MD5 of its content: it is not of uploads, nor of all that is encrypted. */
    public boolean etagIsMd5() {
        BlobEncryption encryption = attributes.encryption();
        return etag.length() == MD5_DIGITS
                && uploadParts.isEmpty()
                && (encryption == null || encryption.method().showsDigests());
    }

    /** Whether its lock keeps it from being deleted or replaced at that time. */
    public boolean locked(Instant at) {
        return locked(at, false);
    }

    /** The same, for one who sets retention of the mode {@code GOVERNANCE} aside where {@code bypassGovernance}. */
    public boolean locked(Instant at, boolean bypassGovernance) {
        BlobLock lock = attributes.lock();
        return lock != null && lock.holds(at, bypassGovernance);
    }

    /** S3's version id of this generation. */
    public String versionId() {
        return nullVersion ? "null" : blobId.value();
    }

    /** The same, as the current version or no longer. */
    public BlobMeta withLatest(boolean newLatest) {
        return with(newLatest, attributes, tombstonedAt);
    }

    /** The same with other attributes. */
    public BlobMeta withAttributes(BlobAttributes newAttributes) {
        return with(latest, newAttributes, tombstonedAt);
    }

    /** The same, deleted at that time, or standing again where null. */
    public BlobMeta withTombstonedAt(@Nullable Instant newTombstonedAt) {
        return with(latest, attributes, newTombstonedAt);
    }

    private BlobMeta with(boolean newLatest, BlobAttributes newAttributes, @Nullable Instant newTombstonedAt) {
        return new BlobMeta(
                path,
                generation,
                blobId,
                kind,
                newLatest,
                nullVersion,
                sizeBytes,
                etag,
                sha256,
                nativeEtag,
                checksums,
                uploadParts,
                newAttributes,
                createdAt,
                newTombstonedAt,
                hlc,
                placementGroup,
                homeRegion,
                replicationStatus,
                writeId);
    }
}
