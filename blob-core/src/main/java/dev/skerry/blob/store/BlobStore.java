package dev.skerry.blob.store;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Precondition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Blobs: write, read, delete, undelete, tag. Every method blocks and belongs on a request's own thread; all are safe
 * for many threads. Failures are {@link dev.skerry.blob.failure.StoreException}; every method that takes a path throws
 * it with {@code NoSuchBucket} where the bucket is not there.
 */
public final class BlobStore {
    BlobStore() {}

    /**
     * Writes a blob: the body is staged as it streams, then one command makes it visible. On any failure nothing is
     * visible and what was staged is gone or will be collected. The body is closed.
     *
     * @return the generation and whether it was a replay
     */
    public CommandResult.Written put(PutBlobRequest request, BlobBody body) {
        throw new UnsupportedOperationException();
    }

    /**
     * What is known of a version.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBlob}, {@code NoSuchVersion}, or {@code Deleted}
     *     where it is a tombstone, hidden or not
     */
    public BlobMeta head(BlobPath path, VersionSelector selector) {
        throw new UnsupportedOperationException();
    }

    /** Opens a version for reading; throws as {@link #head} does. */
    public BlobReader open(BlobPath path, VersionSelector selector) {
        throw new UnsupportedOperationException();
    }

    /** Deletes the path; see {@link dev.skerry.blob.commit.Command.DeleteBlob}. */
    public CommandResult.Deleted delete(BlobPath path, List<Precondition> preconditions) {
        throw new UnsupportedOperationException();
    }

    /** Deletes one version; see {@link dev.skerry.blob.commit.Command.DeleteVersion}. */
    public CommandResult.Deleted deleteVersion(
            BlobPath path, VersionSelector selector, List<Precondition> preconditions) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes back a deletion; see {@link dev.skerry.blob.commit.Command.Undelete}.
     *
     * @throws dev.skerry.blob.failure.StoreException with {@code NoSuchBlob} or {@code NoSuchVersion} where nothing is
     *     left to bring back
     */
    public BlobMeta undelete(BlobPath path, @Nullable Generation generation) {
        throw new UnsupportedOperationException();
    }

    /** Replaces the tags of a version; an empty map removes them. */
    public BlobMeta setTags(BlobPath path, VersionSelector selector, Map<String, String> tags) {
        throw new UnsupportedOperationException();
    }

    /** All generations of the path that are still known, newest first; at most {@code limit}. Empty where none are. */
    public List<BlobMeta> generations(BlobPath path, int limit) {
        throw new UnsupportedOperationException();
    }
}
