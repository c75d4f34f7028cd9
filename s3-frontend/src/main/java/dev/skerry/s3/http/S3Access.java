package dev.skerry.s3.http;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.access.Requester;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the request may do, for operations that learn only from their body, or from what they open, what they are about.
 * Every method that refuses throws {@link dev.skerry.s3.error.S3Exception} with AccessDenied.
 */
public interface S3Access {
    /** Who asks. */
    Requester requester();

    /** Refuses where the request may not delete that key, or that version of it. */
    void requireDelete(String key, @Nullable String versionId);

    /** Whether retention of the mode GOVERNANCE may be set aside for that key, or that version of it. */
    boolean mayBypassGovernance(String key, @Nullable String versionId);

    /** Refuses where the request may not give its object these tags. */
    void requireTags(Map<String, String> tags);

    /**
     * Refuses where the request may not give its object this lock.
     *
     * @param lock as the headers of a write would say it, by their names
     */
    void requireLock(Map<String, String> lock);

    /** Refuses where the tags of the copy's source, which was opened, may not go with it. */
    void requireCopyOfTags(BlobMeta opened);

    /** Whether the decision depended on the object itself, so that another in its place may be out of bounds. */
    boolean dependsOnObject();

    /**
     * Refuses where the object that was opened is another than the one that was judged, as when it was replaced in
     * between, and the request may not read this one.
     */
    void requireSame(BlobMeta opened);

    /** Refuses where the copy's source that was opened is another than the one judged and may not be read. */
    void requireSameSource(BlobMeta opened);
}
