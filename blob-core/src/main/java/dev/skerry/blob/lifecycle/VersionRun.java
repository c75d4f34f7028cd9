package dev.skerry.blob.lifecycle;

import dev.skerry.blob.BlobKind;
import dev.skerry.blob.ListedBlob;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns the rows of a listing, ascending by key and within a key descending by generation, into what rules know of
 * versions. A current tombstone is held back until it is known whether it is alone.
 */
final class VersionRun {
    private final Visitor visitor;
    private @Nullable ListedBlob previous;
    private boolean held;
    private int newerNoncurrent;

    /** Whoever is told of versions. */
    interface Visitor {
        void version(ListedBlob row, JudgedVersion version);

        /** All versions of the key were told of. */
        void keyDone(byte[] key);
    }

    VersionRun(Visitor visitor) {
        this.visitor = visitor;
    }

    void accept(ListedBlob row) {
        ListedBlob newer = previous;
        if (newer != null && newer.path().equals(row.path())) {
            giveHeld(newer, false);
            acceptNoncurrent(row, newer);
        } else {
            end();
            newerNoncurrent = 0;
            held = row.kind() == BlobKind.TOMBSTONE;
            if (!held) {
                visitor.version(row, JudgedVersion.of(row, null, false));
            }
        }
        previous = row;
    }

    private void acceptNoncurrent(ListedBlob row, ListedBlob newer) {
        // imported versions may bear any time
        Instant since = newer.createdAt().isBefore(row.createdAt()) ? row.createdAt() : newer.createdAt();
        visitor.version(row, JudgedVersion.of(row, new JudgedVersion.Noncurrent(since, newerNoncurrent), false));
        if (row.kind() == BlobKind.LIVE) {
            newerNoncurrent++;
        }
    }

    private void giveHeld(ListedBlob row, boolean alone) {
        if (held) {
            held = false;
            visitor.version(row, JudgedVersion.of(row, null, alone));
        }
    }

    /** There are no more rows, or none of the key before. */
    void end() {
        ListedBlob last = previous;
        if (last != null) {
            previous = null;
            giveHeld(last, true);
            visitor.keyDone(last.path().keyBytes());
        }
    }
}
