package dev.skerry.blob.commit;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Generation;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.event.StorageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a slot in memory. It stores what it is told, and fails loudly where a database's constraints would: a
 * blob id or a path's generation inserted twice, two rows of a path latest, an update of a row that is not there. Not
 * for many threads; {@link FakeSlots} takes care of that.
 */
public final class FakeSlotTables implements SlotTables {
    private record Row(StoredBlob blob, @Nullable BlobId uploadId) {
        BlobMeta meta() {
            return blob.meta();
        }
    }

    private final NavigableMap<BlobPath, NavigableMap<Generation, Row>> paths = new TreeMap<>();
    private final NavigableMap<BlobId, Row> byBlobId = new TreeMap<>();
    private final Map<BlobId, Command.Upload> uploads = new HashMap<>();
    private final Map<BlobId, NavigableMap<Integer, Command.UploadPart>> uploadParts = new HashMap<>();
    private final Map<BlobId, Instant> garbage = new LinkedHashMap<>();
    private final NavigableMap<Long, StorageEvent> events = new TreeMap<>();
    private final Map<String, Long> fences = new HashMap<>();
    private long lastSequence;

    /** Has the same rows as the other from now on. */
    public void become(FakeSlotTables other) {
        paths.clear();
        other.paths.forEach((path, rows) -> paths.put(path, new TreeMap<>(rows)));
        byBlobId.clear();
        byBlobId.putAll(other.byBlobId);
        uploads.clear();
        uploads.putAll(other.uploads);
        uploadParts.clear();
        other.uploadParts.forEach((id, parts) -> uploadParts.put(id, new TreeMap<>(parts)));
        garbage.clear();
        garbage.putAll(other.garbage);
        events.clear();
        events.putAll(other.events);
        fences.clear();
        fences.putAll(other.fences);
    }

    @Override
    public Optional<BlobMeta> find(BlobPath path, VersionSelector selector) {
        return row(path, selector).map(Row::meta);
    }

    /** As {@link #find}, with the content. */
    Optional<StoredBlob> open(BlobPath path, VersionSelector selector) {
        return row(path, selector).map(Row::blob);
    }

    private Optional<Row> row(BlobPath path, VersionSelector selector) {
        Predicate<BlobMeta> meant = switch (selector) {
            case VersionSelector.Current _ -> BlobMeta::latest;
            case VersionSelector.LatestLive _ -> meta -> meta.visible() && !meta.tombstone();
            case VersionSelector.NullVersion _ -> meta -> meta.visible() && meta.nullVersion();
            case VersionSelector.ByGeneration(var generation) ->
                meta -> meta.generation().equals(generation);
            case VersionSelector.ByBlobId(var blobId) ->
                meta -> meta.visible() && meta.blobId().equals(blobId);
        };
        return rows(path).filter(row -> meant.test(row.meta())).findFirst();
    }

    /** A path's rows, newest first. */
    private Stream<Row> rows(BlobPath path) {
        NavigableMap<Generation, Row> rows = paths.get(path);
        return rows == null ? Stream.empty() : rows.values().stream();
    }

    @Override
    public Optional<BlobMeta> newest(BlobPath path) {
        return rows(path).map(Row::meta).findFirst();
    }

    @Override
    public Optional<BlobMeta> newestVisible(BlobPath path) {
        return rows(path).map(Row::meta).filter(BlobMeta::visible).findFirst();
    }

    @Override
    public List<BlobMeta> generations(BlobPath path, int limit) {
        return rows(path).map(Row::meta).limit(limit).toList();
    }

    @Override
    public Optional<BlobMeta> byWriteId(BlobPath path, String writeId) {
        return rows(path)
                .map(Row::meta)
                .filter(meta -> writeId.equals(meta.writeId()))
                .findFirst();
    }

    @Override
    public Optional<BlobMeta> byUpload(BlobPath path, BlobId uploadId) {
        return rows(path)
                .filter(row -> uploadId.equals(row.uploadId()))
                .map(Row::meta)
                .findFirst();
    }

    @Override
    public void insert(StoredBlob blob, @Nullable BlobId uploadId) {
        BlobMeta meta = blob.meta();
        NavigableMap<Generation, Row> rows =
                paths.computeIfAbsent(meta.path(), _ -> new TreeMap<>(Comparator.reverseOrder()));
        require(!byBlobId.containsKey(meta.blobId()), "blob id inserted twice: " + meta);
        require(!rows.containsKey(meta.generation()), "generation inserted twice: " + meta);
        put(rows, new Row(blob, uploadId));
    }

    @Override
    public void update(BlobMeta meta) {
        Row before = existing(byBlobId.get(meta.blobId()), "row of " + meta);
        require(before.meta().path().equals(meta.path()), "row of another path: " + meta);
        put(
                existing(paths.get(meta.path()), "rows of " + meta),
                new Row(new StoredBlob(meta, before.blob().content()), before.uploadId()));
    }

    private void put(NavigableMap<Generation, Row> rows, Row row) {
        BlobMeta meta = row.meta();
        require(meta.visible() || !meta.latest(), "hidden and latest: " + meta);
        rows.put(meta.generation(), row);
        byBlobId.put(meta.blobId(), row);
        if (meta.latest()) {
            long latest =
                    rows.values().stream().filter(each -> each.meta().latest()).count();
            require(latest == 1, "two are latest, one of them " + meta);
        }
    }

    @Override
    public BlobContent content(BlobId blobId) {
        Row row = byBlobId.get(blobId);
        return row == null ? BlobContent.EMPTY : row.blob().content();
    }

    @Override
    public void remove(BlobId blobId, Instant at) {
        Row row = existing(byBlobId.remove(blobId), "row of " + blobId);
        NavigableMap<Generation, Row> rows = existing(paths.get(row.meta().path()), "rows of " + row);
        rows.remove(row.meta().generation());
        if (rows.isEmpty()) {
            paths.remove(row.meta().path());
        }
        folders(row.blob().content()).forEach(folder -> enqueueGarbage(folder, at));
    }

    static Set<BlobId> folders(BlobContent content) {
        return switch (content) {
            case BlobContent.Inline _ -> Set.of();
            case BlobContent.Parts(var parts) -> folders(parts);
        };
    }

    private static Set<BlobId> folders(Collection<PartRef> parts) {
        Set<BlobId> folders = new LinkedHashSet<>();
        parts.forEach(part -> folders.add(part.place().folder()));
        return folders;
    }

    @Override
    public List<BlobMeta> expired(Instant hiddenBefore, Instant tombstonesBefore, int limit) {
        return byBlobId.values().stream()
                .map(Row::meta)
                .filter(meta -> since(meta).isBefore(meta.visible() ? tombstonesBefore : hiddenBefore))
                .filter(this::mayExpire)
                .sorted(Comparator.comparing(FakeSlotTables::since).thenComparing(BlobMeta::blobId))
                .limit(limit)
                .toList();
    }

    private static Instant since(BlobMeta meta) {
        return meta.tombstonedAt() == null ? meta.createdAt() : meta.tombstonedAt();
    }

    private boolean mayExpire(BlobMeta meta) {
        List<BlobMeta> rows = generations(meta.path(), Integer.MAX_VALUE);
        if (meta.visible()) {
            return meta.tombstone() && rows.stream().filter(BlobMeta::visible).count() == 1;
        }
        boolean newest = rows.getFirst().blobId().equals(meta.blobId());
        return !(meta.tombstone() && newest) || rows.size() == 1;
    }

    @Override
    public void insertUpload(Command.Upload upload) {
        require(uploads.putIfAbsent(upload.uploadId(), upload) == null, "upload inserted twice: " + upload);
        uploadParts.put(upload.uploadId(), new TreeMap<>());
    }

    @Override
    public Optional<Command.Upload> upload(BlobPath path, BlobId uploadId) {
        return Optional.ofNullable(uploads.get(uploadId))
                .filter(upload -> upload.path().equals(path));
    }

    @Override
    public void putUploadPart(BlobId uploadId, Command.UploadPart part, Instant at) {
        Command.UploadPart before =
                existing(uploadParts.get(uploadId), "upload " + uploadId).put(part.number(), part);
        if (before != null) {
            enqueueGarbage(before.folder(), at);
        }
    }

    @Override
    public List<Command.UploadPart> uploadParts(BlobId uploadId) {
        NavigableMap<Integer, Command.UploadPart> parts = uploadParts.get(uploadId);
        return parts == null ? List.of() : List.copyOf(parts.values());
    }

    @Override
    public void removeUpload(BlobId uploadId, Set<BlobId> keptFolders, Instant at) {
        uploads.remove(uploadId);
        NavigableMap<Integer, Command.UploadPart> parts = existing(uploadParts.remove(uploadId), "upload " + uploadId);
        parts.values().stream()
                .map(Command.UploadPart::folder)
                .filter(folder -> !keptFolders.contains(folder))
                .forEach(folder -> enqueueGarbage(folder, at));
    }

    @Override
    public void enqueueGarbage(BlobId folder, Instant at) {
        garbage.putIfAbsent(folder, at);
    }

    @Override
    public void forgetGarbage(Set<BlobId> folders) {
        garbage.keySet().removeAll(folders);
    }

    @Override
    public void append(StorageEvent event) {
        lastSequence++;
        events.put(lastSequence, event);
    }

    @Override
    public void trimEvents(long upToSequenceInclusive) {
        events.headMap(upToSequenceInclusive, true).clear();
    }

    @Override
    public long fence(String bucket) {
        return fences.getOrDefault(bucket, 0L);
    }

    @Override
    public void setFence(String bucket, long epoch) {
        fences.put(bucket, epoch);
    }

    /** All rows by ascending path and descending generation. */
    List<StoredBlob> all() {
        List<StoredBlob> all = new ArrayList<>();
        paths.values().forEach(rows -> rows.values().forEach(row -> all.add(row.blob())));
        return all;
    }

    /** A row's blob by its id. */
    Optional<StoredBlob> byBlobId(BlobId blobId) {
        return Optional.ofNullable(byBlobId.get(blobId)).map(Row::blob);
    }

    /** Uploads under way, in no order. */
    Collection<Command.Upload> uploads() {
        return uploads.values();
    }

    /** Folders to be deleted and since when, in the order they were queued. */
    Map<BlobId, Instant> garbage() {
        return garbage;
    }

    /** Events by sequence. */
    NavigableMap<Long, StorageEvent> events() {
        return events;
    }

    /** The newest event's sequence, trimmed or not. */
    long lastSequence() {
        return lastSequence;
    }

    /** Whether a generation or an upload part has files in the folder. */
    boolean references(BlobId folder) {
        return byBlobId.values().stream()
                        .anyMatch(row -> folders(row.blob().content()).contains(folder))
                || uploadParts.values().stream()
                        .flatMap(parts -> parts.values().stream())
                        .anyMatch(part -> part.folder().equals(folder)
                                || folders(part.parts()).contains(folder));
    }

    private static <T> T existing(@Nullable T thing, String what) {
        if (thing == null) {
            throw new IllegalStateException("there is no " + what);
        }
        return thing;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
