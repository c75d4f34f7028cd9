package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.BLOBS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PART_FILES;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of one slot over one connection. Used by one thread at a time. What is found is checked twice: by the
 * checksum of its row, and against what was asked for, since a damaged index may lead to another row.
 */
final class SlotQueries {
    private final SlotId slot;
    private final Statements statements;

    SlotQueries(SlotId slot, Statements statements) {
        this.slot = slot;
        this.statements = statements;
    }

    Optional<Row> find(BlobPath path, VersionSelector selector) {
        byte[] bytes = path.toBytes();
        Optional<Row> found = switch (selector) {
            case VersionSelector.Current() -> statements.row(SlotSql.CURRENT, bytes);
            case VersionSelector.LatestLive() -> statements.row(SlotSql.LATEST_LIVE, bytes);
            case VersionSelector.NullVersion() -> statements.row(SlotSql.NULL_VERSION, bytes);
            case VersionSelector.ByGeneration(var generation) ->
                statements.row(SlotSql.BY_GENERATION, bytes, generation.value());
            case VersionSelector.ByBlobId(var blobId) ->
                statements
                        .row(SlotSql.BY_BLOB_ID, blobId.value())
                        .filter(row -> isOf(row, path) && row.get(BLOBS.TOMBSTONED_AT) == null);
        };
        return found.map(row -> expected(row, path, selector));
    }

    /** A generation and where its bytes are, as one committed state has both. */
    Optional<StoredBlob> open(BlobPath path, VersionSelector selector) {
        if (selector instanceof VersionSelector.Current) {
            Optional<Statements.Joined> found = statements.joined(SlotSql.CURRENT_WITH_BODY, path.toBytes());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Row row = expected(found.get().row(), path, selector);
            if (!row.need(BLOBS.CONTENT).equals(BlobRows.PARTS)) {
                BlobMeta meta = BlobRows.meta(row);
                return Optional.of(new StoredBlob(
                        meta,
                        content(row, meta, () -> Optional.ofNullable(found.get().other()))));
            }
        }
        return statements.inOneState(() -> find(path, selector).map(this::stored));
    }

    Optional<Row> newest(BlobPath path) {
        return statements.row(SlotSql.NEWEST, path.toBytes()).map(row -> ofPath(row, path));
    }

    Optional<Row> newestVisible(BlobPath path) {
        return statements.row(SlotSql.NEWEST_VISIBLE, path.toBytes()).map(row -> ofPath(row, path));
    }

    List<Row> generations(BlobPath path, int limit) {
        List<Row> rows = statements.first(limit, SlotSql.GENERATIONS, path.toBytes());
        rows.forEach(row -> ofPath(row, path));
        return rows;
    }

    Optional<Row> byWriteId(BlobPath path, String writeId) {
        return statements
                .row(SlotSql.BY_WRITE_ID, path.toBytes(), writeId)
                .map(row -> ofPath(row, path))
                .filter(row -> writeId.equals(row.get(BLOBS.WRITE_ID)));
    }

    Optional<Row> byUpload(BlobPath path, BlobId uploadId) {
        return statements
                .row(SlotSql.BY_UPLOAD, uploadId.value())
                .filter(row -> isOf(row, path) && uploadId.value().equals(row.get(BLOBS.UPLOAD_ID)));
    }

    Optional<Row> byBlobId(BlobId blobId) {
        Optional<Row> found = statements.row(SlotSql.BY_BLOB_ID, blobId.value());
        found.ifPresent(row -> {
            if (!row.need(BLOBS.BLOB_ID).equals(blobId.value())) {
                throw SqliteFailures.damaged("blobs", "the index leads from " + blobId + " to another blob");
            }
        });
        return found;
    }

    /** Where the bytes of the generation in {@code row} are. */
    BlobContent content(Row row) {
        return content(row, BlobRows.meta(row));
    }

    private BlobContent content(Row row, BlobMeta meta) {
        return content(
                row, meta, () -> statements.row(SlotSql.BODY, meta.blobId().value()));
    }

    private BlobContent content(Row row, BlobMeta meta, Supplier<Optional<Row>> body) {
        String content = row.need(BLOBS.CONTENT);
        return switch (content) {
            case BlobRows.NO_CONTENT -> BlobContent.EMPTY;
            case BlobRows.INLINE ->
                PartRows.inline(
                        meta,
                        body.get()
                                .orElseThrow(
                                        () -> SqliteFailures.damaged("blob_inline", "no body of " + meta.blobId())));
            case BlobRows.PARTS ->
                PartRows.parts(
                        meta, statements.rows(SlotSql.PARTS, meta.blobId().value()));
            default -> throw SqliteFailures.damaged("blobs", "content " + content);
        };
    }

    StoredBlob stored(Row row) {
        BlobMeta meta = BlobRows.meta(row);
        return new StoredBlob(meta, content(row, meta));
    }

    /** See {@link MetadataStore.Scan}: where a row shows a common prefix, the next statement begins past that. */
    List<ListedBlob> scan(MetadataStore.Scan scan) {
        Fold fold = scan.fold();
        if (!fold.folds()) {
            return scanUpTo(_ -> false, scan);
        }
        List<ListedBlob> listed = new ArrayList<>();
        MetadataStore.Scan rest = scan;
        while (true) {
            List<ListedBlob> run = scanUpTo(row -> shownPrefix(fold, row) != null, rest);
            listed.addAll(run);
            byte[] prefix = run.isEmpty() ? null : shownPrefix(fold, run.getLast());
            byte[] beyond = prefix == null ? null : Fold.successor(prefix);
            if (beyond == null || listed.size() == scan.limit()) {
                return listed;
            }
            rest = new MetadataStore.Scan(
                    scan.bucket(), beyond, true, null, fold, scan.scope(), scan.limit() - listed.size());
        }
    }

    private static byte @Nullable [] shownPrefix(Fold fold, ListedBlob row) {
        return row.tombstonedAt() == null ? fold.commonPrefix(row.path().keyBytes()) : null;
    }

    private List<ListedBlob> scanUpTo(Predicate<ListedBlob> last, MetadataStore.Scan scan) {
        KeyRange range = range(scan, scan.fromInclusive());
        return switch (scan.scope()) {
            case CURRENT -> scanUpTo(last, SlotSql.SCAN_CURRENT, range, scan.limit());
            case VISIBLE -> scanVisible(last, scan);
            case NEWEST -> {
                byte[] to = range.toExclusive();
                yield range.isEmpty()
                        ? List.of()
                        : statements.upTo(
                                scan.limit(),
                                last,
                                BlobRows::listed,
                                SlotSql.SCAN_NEWEST,
                                range.fromInclusive(),
                                to,
                                to);
            }
        };
    }

    private List<ListedBlob> scanVisible(Predicate<ListedBlob> last, MetadataStore.Scan scan) {
        Long below = scan.belowGeneration();
        if (below == null) {
            return scanUpTo(last, SlotSql.SCAN_VISIBLE, range(scan, scan.fromInclusive()), scan.limit());
        }
        List<ListedBlob> listed = new ArrayList<>();
        if (KeyRange.hasPrefix(scan.from(), scan.fold().prefix())) {
            byte[] path = KeyRange.join(scan.bucket(), scan.from());
            listed.addAll(
                    statements.upTo(scan.limit(), last, BlobRows::listed, SlotSql.SCAN_VISIBLE_BELOW, path, below));
        }
        boolean ended = !listed.isEmpty() && last.test(listed.getLast());
        if (!ended && listed.size() < scan.limit()) {
            int rest = scan.limit() - listed.size();
            listed.addAll(scanUpTo(last, SlotSql.SCAN_VISIBLE, range(scan, false), rest));
        }
        return listed;
    }

    private List<ListedBlob> scanUpTo(Predicate<ListedBlob> last, Sql sql, KeyRange range, int limit) {
        return range.isEmpty()
                ? List.of()
                : statements.upTo(limit, last, BlobRows::listed, sql, range.fromInclusive(), range.toExclusive());
    }

    private static KeyRange range(MetadataStore.Scan scan, boolean fromInclusive) {
        return KeyRange.of(scan.bucket(), scan.fold().prefix(), scan.from(), fromInclusive);
    }

    boolean holdsAny(String bucket) {
        KeyRange range = KeyRange.of(bucket, new byte[0]);
        return statements.number(SlotSql.HOLDS_ANY, range.fromInclusive(), range.toExclusive()) != 0;
    }

    /** See {@link dev.skerry.blob.commit.SlotTables#expired}; equal times go by blob id, the same on every replica. */
    List<Row> expired(Instant hiddenBefore, Instant tombstonesBefore, int limit) {
        List<Row> hidden = statements.first(limit, SlotSql.EXPIRED_HIDDEN, Decoding.millis(hiddenBefore));
        List<Row> tombstones = statements.first(limit, SlotSql.EXPIRED_TOMBSTONES, Decoding.millis(tombstonesBefore));
        return Stream.concat(hidden.stream(), tombstones.stream())
                .sorted(Comparator.comparingLong(SlotQueries::expiredSince)
                        .thenComparing(row -> row.need(BLOBS.BLOB_ID)))
                .limit(limit)
                .toList();
    }

    private static long expiredSince(Row row) {
        Long tombstonedAt = row.get(BLOBS.TOMBSTONED_AT);
        return tombstonedAt == null ? row.need(BLOBS.CREATED_AT) : tombstonedAt;
    }

    Optional<Upload> upload(BlobPath path, BlobId uploadId) {
        return statements
                .row(SlotSql.UPLOAD, uploadId.value())
                .map(UploadRows::upload)
                .filter(upload ->
                        upload.path().equals(path) && upload.uploadId().equals(uploadId));
    }

    List<Upload> uploads(String bucket, byte[] prefix, byte[] afterKey, @Nullable BlobId afterUploadId, int limit) {
        List<Upload> uploads = new ArrayList<>();
        if (afterUploadId != null && KeyRange.hasPrefix(afterKey, prefix)) {
            byte[] path = KeyRange.join(bucket, afterKey);
            statements
                    .first(limit, SlotSql.SCAN_UPLOADS_OF_PATH, path, afterUploadId.value())
                    .forEach(row -> uploads.add(UploadRows.upload(row)));
        }
        KeyRange range = KeyRange.of(bucket, prefix, afterKey, false);
        if (uploads.size() < limit && !range.isEmpty()) {
            int rest = limit - uploads.size();
            statements
                    .first(rest, SlotSql.SCAN_UPLOADS, range.fromInclusive(), range.toExclusive())
                    .forEach(row -> uploads.add(UploadRows.upload(row)));
        }
        return uploads;
    }

    List<UploadPart> uploadParts(BlobId uploadId, int afterNumber, int limit) {
        List<Row> rows = statements.first(limit, SlotSql.UPLOAD_PARTS_AFTER, uploadId.value(), afterNumber);
        if (rows.isEmpty()) {
            return List.of();
        }
        long first = rows.getFirst().need(UPLOAD_PARTS.NUMBER);
        long last = rows.getLast().need(UPLOAD_PARTS.NUMBER);
        List<Row> files = statements.rows(SlotSql.UPLOAD_FILES, uploadId.value(), first, last);
        List<UploadPart> parts = new ArrayList<>(rows.size());
        int next = 0;
        for (Row row : rows) {
            long number = row.need(UPLOAD_PARTS.NUMBER);
            int begin = next;
            while (next < files.size() && files.get(next).need(UPLOAD_PART_FILES.NUMBER) == number) {
                next++;
            }
            parts.add(UploadRows.part(row, files.subList(begin, next)));
        }
        return parts;
    }

    List<SequencedEvent> events(long afterSequence, int limit) {
        return statements.first(limit, SlotSql.EVENTS_AFTER, afterSequence).stream()
                .map(row -> SlotRows.event(slot, row))
                .toList();
    }

    long lastSequence() {
        return Math.max(
                statements.number(SlotSql.LAST_EVENT), statements.number(SlotSql.APPLIED_VALUE, SlotRows.TRIMMED));
    }

    List<BlobId> garbage(Instant before, int limit) {
        return statements.first(limit, SlotSql.GARBAGE, Decoding.millis(before)).stream()
                .map(SlotRows::garbage)
                .toList();
    }

    boolean isQueued(BlobId folder) {
        return statements.number(SlotSql.QUEUED, folder.value()) != 0;
    }

    boolean references(BlobId folder) {
        return Stream.of(SlotSql.PART_IN_FOLDER, SlotSql.UPLOAD_PART_IN_FOLDER, SlotSql.UPLOAD_FILE_IN_FOLDER)
                .anyMatch(sql -> statements.number(sql, folder.value()) != 0);
    }

    List<StoredBlob> contents(@Nullable BlobId after, int limit) {
        return statements.first(limit, SlotSql.WITH_PARTS, after == null ? "" : after.value()).stream()
                .map(this::stored)
                .toList();
    }

    MetadataStore.Statistics statistics() {
        return new MetadataStore.Statistics(
                statements.number(SlotSql.COUNT_LIVE),
                statements.number(SlotSql.LIVE_BYTES),
                statements.number(SlotSql.COUNT_GENERATIONS),
                statements.number(SlotSql.COUNT_TOMBSTONES),
                statements.number(SlotSql.COUNT_UPLOADS),
                statements.number(SlotSql.COUNT_GARBAGE),
                lastSequence(),
                statements.text(SlotSql.MAX_BLOB_ID).map(BlobId::new).orElse(null));
    }

    private static boolean isOf(Row row, BlobPath path) {
        return BlobPath.ofBytes(row.need(BLOBS.PATH)).equals(path);
    }

    private static Row ofPath(Row row, BlobPath path) {
        if (!isOf(row, path)) {
            throw SqliteFailures.damaged("blobs", "the index leads from " + path + " to another path");
        }
        return row;
    }

    private static Row expected(Row row, BlobPath path, VersionSelector selector) {
        boolean asked = switch (selector) {
            case VersionSelector.Current() -> row.is(BLOBS.IS_LATEST);
            case VersionSelector.LatestLive() -> row.need(BLOBS.KIND).equals(BlobRows.LIVE);
            case VersionSelector.NullVersion() -> row.is(BLOBS.IS_NULL_VERSION);
            case VersionSelector.ByGeneration(var generation) -> row.need(BLOBS.VERSION) == generation.value();
            case VersionSelector.ByBlobId(var blobId) -> row.need(BLOBS.BLOB_ID).equals(blobId.value());
        };
        if (!asked) {
            throw SqliteFailures.damaged("blobs", "the index leads from " + path + " to another generation");
        }
        return ofPath(row, path);
    }
}
