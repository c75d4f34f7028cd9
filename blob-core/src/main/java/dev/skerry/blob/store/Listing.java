package dev.skerry.blob.store;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStore.Scan;
import dev.skerry.blob.commit.MetadataStore.Scope;
import java.nio.charset.StandardCharsets;
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
        Bucket bucket = commits.require(query.bucket());
        Fold fold = new Fold(query.prefix(), query.delimiter());
        byte[] after = query.after().getBytes(StandardCharsets.UTF_8);
        byte[] folded = fold.commonPrefix(after);
        byte[] begin = folded == null ? after : Fold.successor(folded);
        if (begin == null || query.limit() == 0) {
            return new Page(List.of(), List.of(), false, "", null);
        }
        boolean inclusive = folded != null || after.length == 0;
        Long belowGeneration = folded == null ? query.afterGeneration() : null;
        Scan first = new Scan(query.bucket(), begin, inclusive, belowGeneration, fold, query.scope(), query.limit());
        FoldedPage<ListedBlob> page =
                FoldedPage.read(metadata.slots(), new Generations(first, bucket), fold, query.limit());
        ListedBlob lastBlob = page.rows().isEmpty() ? null : page.rows().getLast();
        if (page.lastPrefix() != null) {
            return new Page(page.rows(), page.commonPrefixes(), page.truncated(), page.lastPrefix(), null);
        }
        return new Page(
                page.rows(),
                page.commonPrefixes(),
                page.truncated(),
                lastBlob == null ? "" : lastBlob.path().key(),
                lastBlob == null ? null : lastBlob.generation().value());
    }

    /**
     * Goes through the blobs of a bucket, whatever bytes their keys are: the rows after a place, ascending by key and
     * within a key descending by generation, fewer than the limit only at the end. Blocks.
     *
     * @param prefix what every key begins with
     * @param after keys after this one are given; empty for all
     * @param afterGeneration as in {@link Query}
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBucket}
     */
    public List<ListedBlob> rows(
            String bucketName, byte[] prefix, byte[] after, @Nullable Long afterGeneration, Scope scope, int limit) {
        Bucket bucket = commits.require(bucketName);
        Fold fold = new Fold(prefix, new byte[0]);
        Scan first = new Scan(bucketName, after, after.length == 0, afterGeneration, fold, scope, limit);
        return FoldedPage.read(metadata.slots(), new Generations(first, bucket), fold, limit)
                .rows();
    }

    /** Generations as the slots list them. */
    private final class Generations implements SlotMerge.Rows<ListedBlob> {
        private final Scan first;
        private final Bucket bucket;

        Generations(Scan first, Bucket bucket) {
            this.first = first;
            this.bucket = bucket;
        }

        @Override
        public List<List<ListedBlob>> read(List<SlotMerge.Refill<ListedBlob>> refills) {
            return metadata.scanAll(refills.stream()
                    .map(refill -> new MetadataStore.Addressed(refill.slot(), scan(refill)))
                    .toList());
        }

        private Scan scan(SlotMerge.Refill<ListedBlob> refill) {
            int limit = refill.limit();
            return switch (refill.position()) {
                case SlotMerge.Position.Beginning<ListedBlob> _ ->
                    scan(first.from(), first.fromInclusive(), first.belowGeneration(), limit);
                case SlotMerge.Position.From<ListedBlob>(byte[] key) -> scan(key, true, null, limit);
                case SlotMerge.Position.After<ListedBlob>(ListedBlob row) -> {
                    Long belowGeneration =
                            first.scope() == Scope.VISIBLE ? row.generation().value() : null;
                    yield scan(row.path().keyBytes(), false, belowGeneration, limit);
                }
            };
        }

        private Scan scan(byte[] from, boolean inclusive, @Nullable Long belowGeneration, int limit) {
            return new Scan(first.bucket(), from, inclusive, belowGeneration, first.fold(), first.scope(), limit);
        }

        @Override
        public byte[] key(ListedBlob row) {
            return row.path().keyBytes();
        }

        /** Hidden rows of a bucket of the same name that was deleted before are nobody's any more. */
        @Override
        public boolean shown(ListedBlob row) {
            return row.tombstonedAt() == null || !row.tombstonedAt().isBefore(bucket.createdAt());
        }
    }
}
