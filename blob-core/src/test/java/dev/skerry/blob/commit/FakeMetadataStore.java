package dev.skerry.blob.commit;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads what a {@link FakeCommitLog} committed. */
public final class FakeMetadataStore implements MetadataStore {
    private final FakeSlots slots;

    /** A view of {@code slots}. */
    public FakeMetadataStore(FakeSlots slots) {
        this.slots = slots;
    }

    @Override
    public List<SlotId> slots() {
        return slots.ids();
    }

    @Override
    public Optional<BlobMeta> find(SlotId slot, BlobPath path, VersionSelector selector) {
        return slots.with(slot, tables -> tables.find(path, selector));
    }

    @Override
    public Optional<StoredBlob> open(SlotId slot, BlobPath path, VersionSelector selector) {
        return slots.with(slot, tables -> tables.open(path, selector));
    }

    @Override
    public Optional<BlobMeta> newest(SlotId slot, BlobPath path) {
        return slots.with(slot, tables -> tables.newest(path));
    }

    @Override
    public List<BlobMeta> generations(SlotId slot, BlobPath path, int limit) {
        return slots.with(slot, tables -> tables.generations(path, limit));
    }

    @Override
    public Optional<StoredBlob> byBlobId(SlotId slot, BlobId blobId) {
        return slots.with(slot, tables -> tables.byBlobId(blobId));
    }

    @Override
    public List<ListedBlob> scan(SlotId slot, Scan scan) {
        return slots.with(
                slot,
                tables -> tables.all().stream()
                        .map(StoredBlob::meta)
                        .filter(meta -> meta.path().bucket().equals(scan.bucket()))
                        .filter(meta ->
                                startsWith(meta.path().keyBytes(), scan.fold().prefix()))
                        .filter(inScope(tables, scan.scope()))
                        .filter(meta -> reached(meta, scan))
                        .filter(unfolded(scan.fold()))
                        .limit(scan.limit())
                        .map(FakeMetadataStore::listed)
                        .toList());
    }

    /** Lets the rows beneath each common prefix through up to the first visible one. */
    private static Predicate<BlobMeta> unfolded(Fold fold) {
        Set<String> shown = new HashSet<>();
        return meta -> {
            byte[] commonPrefix = fold.commonPrefix(meta.path().keyBytes());
            if (commonPrefix == null) {
                return true;
            }
            String text = HexFormat.of().formatHex(commonPrefix);
            return meta.visible() ? shown.add(text) : !shown.contains(text);
        };
    }

    private static Predicate<BlobMeta> inScope(FakeSlotTables tables, Scope scope) {
        return switch (scope) {
            case CURRENT -> meta -> meta.latest() && !meta.tombstone();
            case VISIBLE -> BlobMeta::visible;
            case NEWEST ->
                meta -> tables.newestVisible(meta.path())
                        .or(() -> tables.newest(meta.path()))
                        .orElseThrow()
                        .equals(meta);
        };
    }

    private static boolean reached(BlobMeta meta, Scan scan) {
        int order = Arrays.compareUnsigned(meta.path().keyBytes(), scan.from());
        if (order == 0 && scan.belowGeneration() != null) {
            return meta.generation().value() < scan.belowGeneration();
        }
        return order > 0 || (order == 0 && scan.fromInclusive());
    }

    private static ListedBlob listed(BlobMeta meta) {
        return new ListedBlob(
                meta.path(),
                meta.generation(),
                meta.blobId(),
                meta.kind(),
                meta.latest(),
                meta.nullVersion(),
                meta.sizeBytes(),
                meta.etag(),
                meta.nativeEtag(),
                meta.createdAt(),
                meta.tombstonedAt(),
                meta.attributes().ownerId(),
                meta.attributes().storageClass(),
                meta.checksums());
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public Optional<Command.Upload> upload(SlotId slot, BlobPath path, BlobId uploadId) {
        return slots.with(slot, tables -> tables.upload(path, uploadId));
    }

    @Override
    public List<Command.Upload> uploads(
            SlotId slot, String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit) {
        return slots.with(
                slot,
                tables -> tables.uploads().stream()
                        .filter(upload -> upload.path().bucket().equals(bucket))
                        .filter(upload -> startsWith(upload.path().keyBytes(), prefix))
                        .filter(upload -> follows(upload, afterKey, afterUploadId))
                        .sorted(Comparator.comparing(Command.Upload::path).thenComparing(Command.Upload::uploadId))
                        .limit(limit)
                        .toList());
    }

    private static boolean follows(Command.Upload upload, byte[] afterKey, @Nullable BlobId afterUploadId) {
        int order = Arrays.compareUnsigned(upload.path().keyBytes(), afterKey);
        return order > 0
                || (order == 0 && afterUploadId != null && upload.uploadId().compareTo(afterUploadId) > 0);
    }

    @Override
    public List<Command.UploadPart> uploadParts(SlotId slot, BlobId uploadId, int afterNumber, int limit) {
        return slots.with(
                slot,
                tables -> tables.uploadParts(uploadId).stream()
                        .filter(part -> part.number() > afterNumber)
                        .limit(limit)
                        .toList());
    }

    @Override
    public boolean holdsAny(SlotId slot, String bucket) {
        return slots.with(
                slot,
                tables -> tables.all().stream()
                        .anyMatch(blob -> blob.meta().visible()
                                && blob.meta().path().bucket().equals(bucket)));
    }

    @Override
    public List<SequencedEvent> events(SlotId slot, long afterSequence, int limit) {
        return slots.with(
                slot,
                tables -> tables.events().tailMap(afterSequence, false).entrySet().stream()
                        .limit(limit)
                        .map(entry -> SequencedEvent.of(slot, entry.getKey(), entry.getValue()))
                        .toList());
    }

    @Override
    public long lastSequence(SlotId slot) {
        return slots.with(slot, FakeSlotTables::lastSequence);
    }

    @Override
    public List<BlobId> garbage(SlotId slot, Instant before, int limit) {
        return slots.with(
                slot,
                tables -> tables.garbage().entrySet().stream()
                        .filter(entry -> entry.getValue().isBefore(before))
                        .sorted(Map.Entry.comparingByValue())
                        .limit(limit)
                        .map(Map.Entry::getKey)
                        .toList());
    }

    @Override
    public boolean references(SlotId slot, BlobId folder) {
        return slots.with(slot, tables -> tables.references(folder));
    }

    @Override
    public List<StoredBlob> contents(SlotId slot, @Nullable BlobId after, int limit) {
        return slots.with(
                slot,
                tables -> tables.all().stream()
                        .filter(blob -> blob.content() instanceof BlobContent.Parts)
                        .filter(blob -> after == null || blob.meta().blobId().compareTo(after) > 0)
                        .sorted(Comparator.comparing(blob -> blob.meta().blobId()))
                        .limit(limit)
                        .toList());
    }

    @Override
    public Statistics statistics(SlotId slot) {
        return slots.with(slot, tables -> {
            List<BlobMeta> all = tables.all().stream().map(StoredBlob::meta).toList();
            List<BlobMeta> live = all.stream()
                    .filter(meta -> meta.visible() && !meta.tombstone())
                    .toList();
            return new Statistics(
                    live.size(),
                    live.stream().mapToLong(BlobMeta::sizeBytes).sum(),
                    all.size(),
                    all.stream().filter(BlobMeta::tombstone).count(),
                    tables.uploads().size(),
                    tables.garbage().size(),
                    tables.lastSequence(),
                    all.stream()
                            .map(BlobMeta::blobId)
                            .max(Comparator.naturalOrder())
                            .orElse(null));
        });
    }

    @Override
    public void close() {}
}
