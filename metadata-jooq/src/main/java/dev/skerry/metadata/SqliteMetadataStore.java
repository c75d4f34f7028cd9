package dev.skerry.metadata;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Reads committed rows on a few platform threads of its own, each with its own connections. */
public final class SqliteMetadataStore implements MetadataStore {
    /**
     * The store's bounds.
     *
     * @param readers threads
     * @param queueLimit reads that may wait for a thread
     * @param maxQueueWait how long a caller waits for a place in the queue before it is told to try again
     */
    public record Settings(int readers, int queueLimit, Duration maxQueueWait) {
        /** What a node uses unless told otherwise. */
        public static final Settings DEFAULT = new Settings(4, 4096, Duration.ofSeconds(5));
    }

    /** Reads from {@code databases}; {@link #start} begins the threads. */
    public SqliteMetadataStore(SlotDatabases databases, ThreadFactory threads, Settings settings) {}

    /** Begins the reader threads. */
    public void start() {}

    @Override
    public List<SlotId> slots() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<BlobMeta> find(SlotId slot, BlobPath path, VersionSelector selector) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StoredBlob> open(SlotId slot, BlobPath path, VersionSelector selector) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<BlobMeta> newest(SlotId slot, BlobPath path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<BlobMeta> generations(SlotId slot, BlobPath path, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<StoredBlob> byBlobId(SlotId slot, BlobId blobId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ListedBlob> scan(SlotId slot, Scan scan) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Upload> upload(SlotId slot, BlobPath path, BlobId uploadId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Upload> uploads(
            SlotId slot, String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<UploadPart> uploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean holdsAny(SlotId slot, String bucket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<SequencedEvent> events(SlotId slot, long afterSequence, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long lastSequence(SlotId slot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<BlobId> garbage(SlotId slot, Instant before, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean references(SlotId slot, BlobId folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StoredBlob> contents(SlotId slot, @Nullable BlobId after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Statistics statistics(SlotId slot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
