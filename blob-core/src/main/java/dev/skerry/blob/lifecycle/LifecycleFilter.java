package dev.skerry.blob.lifecycle;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which blobs a rule is about; all of it must hold.
 *
 * @param prefix what the key begins with; empty for every key
 * @param tags the blob has these, of these values, and perhaps others
 * @param sizeAboveBytes the blob is larger; null for any size
 * @param sizeBelowBytes the blob is smaller; null for any size
 */
public record LifecycleFilter(
        String prefix,
        Map<String, String> tags,
        @Nullable Long sizeAboveBytes,
        @Nullable Long sizeBelowBytes) {
    /** Every blob. */
    public static final LifecycleFilter ALL = new LifecycleFilter("", Map.of(), null, null);

    public LifecycleFilter {
        tags = Map.copyOf(tags);
    }

    /** Whether it asks for a size. */
    public boolean bySize() {
        return sizeAboveBytes != null || sizeBelowBytes != null;
    }

    /** Whether it asks for tags. */
    public boolean byTags() {
        return !tags.isEmpty();
    }

    boolean coversKey(String key) {
        return key.startsWith(prefix);
    }

    boolean coversSize(long sizeBytes) {
        return (sizeAboveBytes == null || sizeBytes > sizeAboveBytes)
                && (sizeBelowBytes == null || sizeBytes < sizeBelowBytes);
    }

    boolean coversTags(Map<String, String> tagsOfBlob) {
        return tagsOfBlob.entrySet().containsAll(tags.entrySet());
    }
}
