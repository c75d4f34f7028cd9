package dev.skerry.cluster.raft;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This node's replicas, read only once they are as far as their groups were when the call began. What only upkeep and
 * measurement ask is read as it is: it may be behind for a moment.
 */
public final class CaughtUpMetadata implements MetadataStore {
    private final MetadataStore local;
    private final Function<SlotId, ReadBarrier> barriers;

    /** Reads {@code local} behind the barrier of a slot's group. */
    CaughtUpMetadata(MetadataStore local, Function<SlotId, ReadBarrier> barriers) {
        this.local = local;
        this.barriers = barriers;
    }

    private MetadataStore caughtUp(SlotId slot) {
        barriers.apply(slot).await();
        return local;
    }

    @Override
    public List<SlotId> slots() {
        return local.slots();
    }

    @Override
    public Map<SlotId, String> quarantined() {
        return local.quarantined();
    }

    @Override
    public Set<SlotId> unchecked() {
        return local.unchecked();
    }

    @Override
    public Optional<BlobMeta> find(SlotId slot, BlobPath path, VersionSelector selector) {
        return caughtUp(slot).find(slot, path, selector);
    }

    @Override
    public Optional<StoredBlob> open(SlotId slot, BlobPath path, VersionSelector selector) {
        return caughtUp(slot).open(slot, path, selector);
    }

    @Override
    public Optional<BlobMeta> newest(SlotId slot, BlobPath path) {
        return caughtUp(slot).newest(slot, path);
    }

    @Override
    public List<BlobMeta> generations(SlotId slot, BlobPath path, int limit) {
        return caughtUp(slot).generations(slot, path, limit);
    }

    @Override
    public Optional<StoredBlob> byBlobId(SlotId slot, BlobId blobId) {
        return caughtUp(slot).byBlobId(slot, blobId);
    }

    @Override
    public List<ListedBlob> scan(SlotId slot, Scan scan) {
        return caughtUp(slot).scan(slot, scan);
    }

    /** The groups are asked side by side. */
    @Override
    public List<List<ListedBlob>> scanAll(List<Addressed> scans) {
        List<CompletableFuture<Void>> passing = scans.stream()
                .map(scan -> barriers.apply(scan.slot()))
                .distinct()
                .map(ReadBarrier::pass)
                .toList();
        passing.forEach(ReadBarrier::await);
        return local.scanAll(scans);
    }

    @Override
    public Optional<Command.Upload> upload(SlotId slot, BlobPath path, BlobId uploadId) {
        return caughtUp(slot).upload(slot, path, uploadId);
    }

    @Override
    public List<Command.Upload> uploads(
            SlotId slot, String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit) {
        return caughtUp(slot).uploads(slot, bucket, prefix, afterKey, afterUploadId, limit);
    }

    @Override
    public List<Command.UploadPart> uploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit) {
        return caughtUp(slot).uploadParts(slot, uploadId, afterNumber, limit);
    }

    @Override
    public boolean holdsAny(SlotId slot, String bucket) {
        return caughtUp(slot).holdsAny(slot, bucket);
    }

    @Override
    public List<SequencedEvent> events(SlotId slot, long afterSequence, int limit) {
        return local.events(slot, afterSequence, limit);
    }

    @Override
    public long lastSequence(SlotId slot) {
        return local.lastSequence(slot);
    }

    /** What was forgotten before is not given again. */
    @Override
    public List<BlobId> garbage(SlotId slot, Instant before, int limit) {
        return caughtUp(slot).garbage(slot, before, limit);
    }

    /** What is not referred to is deleted, so this must not be behind. */
    @Override
    public boolean references(SlotId slot, BlobId folder) {
        return caughtUp(slot).references(slot, folder);
    }

    @Override
    public List<StoredBlob> contents(SlotId slot, @Nullable BlobId after, int limit) {
        return local.contents(slot, after, limit);
    }

    @Override
    public Statistics statistics(SlotId slot) {
        return local.statistics(slot);
    }

    /** The replicas are their owner's. */
    @Override
    public void close() {}
}
