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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed rows, over a few connections to each slot: one row on the caller's thread, where few do so at the
 * same time, anything else on a few platform threads of its own.
 */
public final class SqliteMetadataStore implements MetadataStore {
    private final SlotDatabases databases;
    private final List<SlotId> slots;
    private final ReaderPool readers;

    /**
     * The store's bounds.
     *
     * @param readers threads, and connections to each slot
     * @param direct callers that may read at the same time on their own threads, which may be virtual: each keeps its
     *     carrier until SQLite has read
     * @param queueLimit reads that may wait for a thread
     * @param maxQueueWait how long a caller waits for a place in the queue before it is told to try again
     */
    public record Settings(int readers, int direct, int queueLimit, Duration maxQueueWait) {
        private static final int READERS = 4;

        /** What a node uses unless told otherwise. One carrier and one reader are kept free of direct reads. */
        public static final Settings DEFAULT = new Settings(
                READERS,
                Math.min(READERS, Runtime.getRuntime().availableProcessors()) - 1,
                4096,
                Duration.ofSeconds(5));

        public Settings {
            if (readers < 1 || direct < 0 || direct >= readers || queueLimit < 1 || maxQueueWait.isNegative()) {
                throw new IllegalArgumentException("readers: " + readers + ", direct: " + direct + ", queue of "
                        + queueLimit + ", wait of " + maxQueueWait
                        + " (expected: 1 or more, 0 or more but fewer than readers, 1 or more, 0 or longer)");
            }
        }
    }

    /** Reads from {@code databases}; {@link #start} begins the threads, which should be platform threads. */
    public SqliteMetadataStore(SlotDatabases databases, ThreadFactory threads, Settings settings) {
        this.databases = databases;
        this.slots = databases.slots();
        this.readers = new ReaderPool(databases, threads, settings);
    }

    /** Begins the reader threads. */
    public void start() {
        readers.start();
    }

    @Override
    public List<SlotId> slots() {
        return slots;
    }

    @Override
    public Map<SlotId, String> quarantined() {
        return databases.quarantined();
    }

    @Override
    public Set<SlotId> unchecked() {
        return databases.left();
    }

    @Override
    public Optional<BlobMeta> find(SlotId slot, BlobPath path, VersionSelector selector) {
        return readers.askForOne(slot, queries -> queries.find(path, selector).map(BlobRows::meta));
    }

    @Override
    public Optional<StoredBlob> open(SlotId slot, BlobPath path, VersionSelector selector) {
        return readers.askForOne(slot, queries -> queries.open(path, selector));
    }

    @Override
    public Optional<BlobMeta> newest(SlotId slot, BlobPath path) {
        return readers.askForOne(slot, queries -> queries.newest(path).map(BlobRows::meta));
    }

    @Override
    public List<BlobMeta> generations(SlotId slot, BlobPath path, int limit) {
        return readers.ask(
                slot,
                queries -> queries.generations(path, limit).stream()
                        .map(BlobRows::meta)
                        .toList());
    }

    @Override
    public Optional<StoredBlob> byBlobId(SlotId slot, BlobId blobId) {
        return readers.askOneState(slot, queries -> queries.byBlobId(blobId).map(queries::stored));
    }

    @Override
    public List<ListedBlob> scan(SlotId slot, Scan scan) {
        return readers.askOneState(slot, queries -> queries.scan(scan));
    }

    @Override
    public List<List<ListedBlob>> scanAll(List<Addressed> scans) {
        return readers.askEachOneState(scans, Addressed::slot, (queries, addressed) -> queries.scan(addressed.scan()));
    }

    @Override
    public Optional<Upload> upload(SlotId slot, BlobPath path, BlobId uploadId) {
        return readers.askForOne(slot, queries -> queries.upload(path, uploadId));
    }

    @Override
    public List<Upload> uploads(
            SlotId slot, String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit) {
        return readers.askOneState(slot, queries -> queries.uploads(bucket, prefix, afterKey, afterUploadId, limit));
    }

    @Override
    public List<UploadPart> uploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit) {
        return readers.askOneState(slot, queries -> queries.uploadParts(uploadId, afterNumber, limit));
    }

    @Override
    public boolean holdsAny(SlotId slot, String bucket) {
        return readers.ask(slot, queries -> queries.holdsAny(bucket));
    }

    @Override
    public List<SequencedEvent> events(SlotId slot, long afterSequence, int limit) {
        return readers.ask(slot, queries -> queries.events(afterSequence, limit));
    }

    @Override
    public long lastSequence(SlotId slot) {
        return readers.askOneState(slot, SlotQueries::lastSequence);
    }

    @Override
    public List<BlobId> garbage(SlotId slot, Instant before, int limit) {
        return readers.ask(slot, queries -> queries.garbage(before, limit));
    }

    @Override
    public boolean references(SlotId slot, BlobId folder) {
        return readers.askOneState(slot, queries -> queries.references(folder));
    }

    @Override
    public List<StoredBlob> contents(SlotId slot, @Nullable BlobId after, int limit) {
        return readers.askOneState(slot, queries -> queries.contents(after, limit));
    }

    @Override
    public Statistics statistics(SlotId slot) {
        return readers.askOneState(slot, SlotQueries::statistics);
    }

    @Override
    public void close() {
        readers.close();
    }
}
