package dev.skerry.blob.store;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStore.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists a bucket: one merged cursor over its slots; a delimiter seeks past each common prefix instead of reading it.
 */
public final class Listing {
    private final Commits commits;
    private final MetadataStore metadata;

    Listing(Commits commits, MetadataStore metadata) {
        this.commits = commits;
        this.metadata = metadata;
    }

    /**
     * What to list.
     *
     * @param bucket whose blobs
     * @param prefix what every key begins with; empty for all
     * @param delimiter folds keys that go on after it into one common prefix; empty for none
     * @param after keys and common prefixes shown come after this one; empty for the beginning. A key that falls under
     *     the common prefix named here is not shown
     * @param afterGeneration with {@link Scope#VISIBLE}: of the key {@code after}, generations below this one are still
     *     shown; null for none of them
     * @param scope which generations
     * @param limit the most blobs and common prefixes together; 0 gives an empty page that is not truncated
     */
    public record Query(
            String bucket,
            String prefix,
            String delimiter,
            String after,
            @Nullable Long afterGeneration,
            Scope scope,
            int limit) {}

    /**
     * One page.
     *
     * @param blobs ascending by key, within a key descending by generation
     * @param commonPrefixes ascending
     * @param truncated whether more follows
     * @param lastKey the last blob's key or common prefix shown, whichever is greater: where the next page begins;
     *     empty where nothing is shown
     * @param lastGeneration of the last blob, where a blob was last; null where a common prefix was
     */
    public record Page(
            List<ListedBlob> blobs,
            List<String> commonPrefixes,
            boolean truncated,
            String lastKey,
            @Nullable Long lastGeneration) {
        public Page {
            blobs = List.copyOf(blobs);
            commonPrefixes = List.copyOf(commonPrefixes);
        }
    }

    /**
     * Lists one page. Blocks.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBucket}
     */
    public Page list(Query query) {
        throw new UnsupportedOperationException(commits + " " + metadata);
    }
}
