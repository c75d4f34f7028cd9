package dev.skerry.blobapi;

import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.catalog.Bucket;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.store.Listing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists whole paths, {@code bucket/key}, across buckets as if all of them were one sorted list.
 *
 * <p>Buckets are visited in the order of their names with the slash behind them, which is the order of their paths:
 * {@code a-1/x} comes before {@code a/x} though {@code a} comes before {@code a-1}. A delimiter is one character, so it
 * lies either in the bucket's part of a path, and then folds whole buckets, or in the key, and then the bucket's own
 * listing folds.
 */
final class PathListing {
    private final Listing listing;

    PathListing(Listing listing) {
        this.listing = listing;
    }

    /**
     * What to list.
     *
     * @param buckets to look through, in any order
     * @param prefix what every path begins with
     * @param delimiter one character, or empty
     * @param after paths and common prefixes shown come after this one; empty for the beginning
     */
    record Query(List<Bucket> buckets, String prefix, String delimiter, String after, Scope scope, int limit) {}

    /**
     * One page.
     *
     * @param blobs by ascending path
     * @param commonPrefixes ascending
     * @param next after what the next page begins, or null where this is the last
     */
    record Page(
            List<ListedBlob> blobs,
            List<String> commonPrefixes,
            @Nullable String next) {}

    /** Lists one page. Blocks. */
    Page list(Query query) {
        List<ListedBlob> blobs = new ArrayList<>();
        List<String> commonPrefixes = new ArrayList<>();
        String last = query.after;
        for (String root : roots(query)) {
            int room = query.limit - blobs.size() - commonPrefixes.size();
            String folded = foldedRoot(query, root);
            if (!folded.isEmpty()) {
                if (compare(folded, last) <= 0 || !holdsAny(query, root)) {
                    continue;
                }
                if (room == 0) {
                    return new Page(blobs, commonPrefixes, last);
                }
                commonPrefixes.add(folded);
                last = folded;
                continue;
            }
            // One is asked for even where there is no room, to know whether anything follows.
            Listing.Page page = listing.list(inBucket(query, root, Math.max(room, 1)));
            if (page.blobs().isEmpty() && page.commonPrefixes().isEmpty()) {
                continue;
            }
            if (room == 0) {
                return new Page(blobs, commonPrefixes, last);
            }
            blobs.addAll(page.blobs());
            page.commonPrefixes().forEach(prefix -> commonPrefixes.add(root + prefix));
            last = root + page.lastKey();
            if (page.truncated()) {
                return new Page(blobs, commonPrefixes, last);
            }
        }
        return new Page(blobs, commonPrefixes, null);
    }

    /** Roots, {@code bucket/}, that may hold something to show, in the order of their paths. */
    private static List<String> roots(Query query) {
        return query.buckets.stream()
                .map(bucket -> bucket.name() + "/")
                .filter(root -> root.startsWith(query.prefix) || query.prefix.startsWith(root))
                .filter(root -> compare(root, query.after) > 0 || query.after.startsWith(root))
                .sorted(Comparator.comparing(PathListing::bytes, Arrays::compareUnsigned))
                .toList();
    }

    /** The common prefix that takes in the whole bucket, or empty. */
    private static String foldedRoot(Query query, String root) {
        if (query.delimiter.isEmpty() || query.prefix.length() >= root.length()) {
            return "";
        }
        int at = root.indexOf(query.delimiter, query.prefix.length());
        return at < 0 ? "" : root.substring(0, at + query.delimiter.length());
    }

    private boolean holdsAny(Query query, String root) {
        Listing.Query one = new Listing.Query(bucketOf(root), "", "", "", null, query.scope, 1);
        return !listing.list(one).blobs().isEmpty();
    }

    private static Listing.Query inBucket(Query query, String root, int limit) {
        String keyPrefix = query.prefix.length() > root.length() ? query.prefix.substring(root.length()) : "";
        String keyAfter = query.after.startsWith(root) ? query.after.substring(root.length()) : "";
        return new Listing.Query(bucketOf(root), keyPrefix, query.delimiter, keyAfter, null, query.scope, limit);
    }

    private static String bucketOf(String root) {
        return root.substring(0, root.length() - 1);
    }

    private static int compare(String one, String other) {
        return Arrays.compareUnsigned(bytes(one), bytes(other));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
