package dev.skerry.s3.http;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.access.BucketAccess;
import dev.skerry.blob.access.Need;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an operation is to be done to.
 *
 * @param operation which
 * @param bucket what the bucket says
 * @param key null where it is about the bucket
 * @param version the version named, or null for the current one
 * @param uploadId the upload named, or null
 */
record Deed(
        S3Operation operation,
        BucketAccess bucket,
        @Nullable String key,
        @Nullable Version version,
        @Nullable String uploadId) {
    /**
     * A version as it is named.
     *
     * @param text what the client wrote
     * @param selector the same, or null where it can be no version's name
     */
    record Version(String text, @Nullable VersionSelector selector) {
        /** As S3 names versions; null where none is named. */
        static @Nullable Version of(@Nullable String versionId) {
            if (versionId == null) {
                return null;
            }
            if (versionId.equals("null")) {
                return new Version(versionId, VersionSelector.NULL_VERSION);
            }
            return new Version(
                    versionId, BlobId.isValid(versionId) ? new VersionSelector.ByBlobId(new BlobId(versionId)) : null);
        }
    }

    /** As policies name it. */
    String resource() {
        String arn = "arn:aws:s3:::" + bucket.bucket();
        return key == null ? arn : arn + "/" + key;
    }

    /** Its action. */
    String action() {
        return Needs.action(operation, version != null);
    }

    /** Whose grants would do for it. */
    Need need() {
        return Needs.of(operation, version != null);
    }

    /** Whether its key can be an object's. */
    boolean isOfKey() {
        return key != null && key.getBytes(StandardCharsets.UTF_8).length <= BlobPath.MAX_KEY_BYTES;
    }

    BlobPath path() {
        return BlobPath.of(bucket.bucket(), key == null ? "" : key);
    }
}
