package dev.skerry.blob.store;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Fold;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of rows and common prefixes.
 *
 * @param rows ascending
 * @param commonPrefixes ascending
 * @param truncated whether more follows
 * @param lastPrefix the common prefix the page ends with, or null where it ends with a row or is empty
 */
record FoldedPage<T>(
        List<T> rows,
        List<String> commonPrefixes,
        boolean truncated,
        @Nullable String lastPrefix) {
    FoldedPage {
        rows = List.copyOf(rows);
        commonPrefixes = List.copyOf(commonPrefixes);
    }

    /** Reads one page of at most {@code limit} rows and common prefixes. */
    static <T> FoldedPage<T> read(List<SlotId> slots, SlotMerge.Rows<T> source, Fold fold, int limit) {
        List<T> rows = new ArrayList<>();
        List<String> commonPrefixes = new ArrayList<>();
        String lastPrefix = null;
        SlotMerge<T> merge = new SlotMerge<>(slots, source, limit);
        while (rows.size() + commonPrefixes.size() < limit) {
            byte[] key = merge.peekKey();
            if (key == null) {
                break;
            }
            byte[] commonPrefix = fold.commonPrefix(key);
            if (commonPrefix == null) {
                rows.add(merge.take());
                lastPrefix = null;
            } else {
                lastPrefix = new String(commonPrefix, StandardCharsets.UTF_8);
                commonPrefixes.add(lastPrefix);
                skip(merge, commonPrefix);
            }
        }
        return new FoldedPage<>(rows, commonPrefixes, limit > 0 && merge.hasNext(), lastPrefix);
    }

    private static void skip(SlotMerge<?> merge, byte[] commonPrefix) {
        byte[] next = Fold.successor(commonPrefix);
        if (next == null) {
            merge.end();
        } else {
            merge.seek(next);
        }
    }
}
