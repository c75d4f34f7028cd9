package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.BLOBS;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_PARTS;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.VersionSelector;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.SlotTables;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot in SQLite. The transaction is the owner's: it calls {@link #transactionBegins},
 * {@link #commandBegins} and {@link #transactionCommitted} where they do.
 */
final class SqliteSlotTables implements SlotTables {
    private static final int ALL_PARTS = Integer.MAX_VALUE;

    private final SlotId slot;
    private final Statements statements;
    private final SlotQueries queries;

    /** Rows read for the command under way: an update needs what a {@link BlobMeta} does not say, and finds it here. */
    private final Map<String, Row> read = new HashMap<>();

    private final List<SequencedEvent> appended = new ArrayList<>();
    private long lastSequence;

    /** Whether the last sequence is that of the rows: nobody else writes them, but a rollback takes events back. */
    private boolean lastSequenceKnown;

    SqliteSlotTables(SlotId slot, Statements statements) {
        this.slot = slot;
        this.statements = statements;
        this.queries = new SlotQueries(slot, statements);
    }

    /** A transaction has begun; nothing is known of the one before, which may have been rolled back. */
    void transactionBegins() {
        appended.clear();
        read.clear();
        if (!lastSequenceKnown) {
            lastSequence = queries.lastSequence();
        }
        lastSequenceKnown = false;
    }

    /** The transaction was committed: what is known of its rows holds for the next. */
    void transactionCommitted() {
        lastSequenceKnown = true;
    }

    /** The next command is about to be applied. */
    void commandBegins() {
        read.clear();
    }

    /** The events of this transaction so far. */
    List<SequencedEvent> appended() {
        return List.copyOf(appended);
    }

    @Override
    public Optional<BlobMeta> find(BlobPath path, VersionSelector selector) {
        return queries.find(path, selector).map(this::remembered);
    }

    @Override
    public Optional<BlobMeta> newest(BlobPath path) {
        return queries.newest(path).map(this::remembered);
    }

    @Override
    public Optional<BlobMeta> newestVisible(BlobPath path) {
        return queries.newestVisible(path).map(this::remembered);
    }

    @Override
    public List<BlobMeta> generations(BlobPath path, int limit) {
        return queries.generations(path, limit).stream().map(this::remembered).toList();
    }

    @Override
    public Optional<BlobMeta> byWriteId(BlobPath path, String writeId) {
        return queries.byWriteId(path, writeId).map(this::remembered);
    }

    @Override
    public Optional<BlobMeta> byUpload(BlobPath path, BlobId uploadId) {
        return queries.byUpload(path, uploadId).map(this::remembered);
    }

    private BlobMeta remembered(Row row) {
        BlobMeta meta = BlobRows.meta(row);
        read.put(meta.blobId().value(), row);
        return meta;
    }

    @Override
    public void insert(StoredBlob blob, @Nullable BlobId uploadId) {
        BlobId blobId = blob.meta().blobId();
        statements.insert(SlotSql.INSERT_BLOB, BlobRows.INSERTED, BlobRows.of(blob, uploadId));
        switch (blob.content()) {
            case BlobContent.Inline body -> {
                if (body.bytes().length > 0) {
                    statements.insert(SlotSql.INSERT_BODY, PartRows.BODY.fields(), PartRows.of(blobId, body));
                }
            }
            case BlobContent.Parts(var parts) -> {
                for (PartRef part : parts) {
                    statements.insert(SlotSql.INSERT_PART, PartRows.PARTS.fields(), PartRows.of(blobId, part));
                }
            }
        }
    }

    @Override
    public void update(BlobMeta meta) {
        String blobId = meta.blobId().value();
        Row row = read.get(blobId);
        if (row == null) {
            row = existing(meta.blobId());
        }
        BlobRows.change(row, meta);
        read.put(blobId, row);
        List<@Nullable Object> parameters = new ArrayList<>();
        for (var field : BlobRows.UPDATED) {
            parameters.add(row.get(field));
        }
        parameters.add(blobId);
        if (statements.run(SlotSql.UPDATE_BLOB, parameters.toArray()) != 1) {
            throw new IllegalStateException("update of " + blobId + ", which is not there");
        }
    }

    @Override
    public BlobContent content(BlobId blobId) {
        return queries.byBlobId(blobId).map(queries::content).orElse(BlobContent.EMPTY);
    }

    @Override
    public void remove(BlobId blobId, Instant at) {
        Row row = existing(blobId);
        switch (row.need(BLOBS.CONTENT)) {
            case BlobRows.PARTS -> {
                Set<String> folders = new LinkedHashSet<>();
                statements
                        .rows(SlotSql.PARTS, blobId.value())
                        .forEach(part -> folders.add(part.need(BLOB_PARTS.FOLDER)));
                folders.forEach(folder -> enqueueGarbage(new BlobId(folder), at));
                statements.run(SlotSql.DELETE_ARCHIVES, blobId.value());
                statements.run(SlotSql.DELETE_PARTS, blobId.value());
            }
            case BlobRows.INLINE -> statements.run(SlotSql.DELETE_BODY, blobId.value());
            default -> {}
        }
        statements.run(SlotSql.DELETE_BLOB, blobId.value());
        read.remove(blobId.value());
    }

    private Row existing(BlobId blobId) {
        return queries.byBlobId(blobId)
                .orElseThrow(() -> new IllegalStateException("blob " + blobId + " is not there"));
    }

    @Override
    public List<BlobMeta> expired(Instant hiddenBefore, Instant tombstonesBefore, int limit) {
        return queries.expired(hiddenBefore, tombstonesBefore, limit).stream()
                .map(this::remembered)
                .toList();
    }

    @Override
    public void insertUpload(Upload upload) {
        statements.insert(SlotSql.INSERT_UPLOAD, UploadRows.ALL.fields(), UploadRows.of(upload));
    }

    @Override
    public Optional<Upload> upload(BlobPath path, BlobId uploadId) {
        return queries.upload(path, uploadId);
    }

    @Override
    public void putUploadPart(BlobId uploadId, UploadPart part, Instant at) {
        for (UploadPart replaced : queries.uploadParts(uploadId, part.number() - 1, 1)) {
            if (replaced.number() == part.number()) {
                removeUploadParts(uploadId, part.number(), part.number());
                if (!replaced.folder().equals(part.folder())) {
                    enqueueGarbage(replaced.folder(), at);
                }
            }
        }
        statements.insert(SlotSql.INSERT_UPLOAD_PART, UploadRows.PARTS.fields(), UploadRows.of(uploadId, part));
        for (PartRef file : part.parts()) {
            statements.insert(
                    SlotSql.INSERT_UPLOAD_FILE,
                    UploadRows.FILES.fields(),
                    UploadRows.of(uploadId, part.number(), file));
        }
    }

    @Override
    public List<UploadPart> uploadParts(BlobId uploadId) {
        return queries.uploadParts(uploadId, 0, ALL_PARTS);
    }

    @Override
    public void removeUpload(BlobId uploadId, Set<BlobId> keptFolders, Instant at) {
        for (UploadPart part : uploadParts(uploadId)) {
            if (!keptFolders.contains(part.folder())) {
                enqueueGarbage(part.folder(), at);
            }
        }
        removeUploadParts(uploadId, 0, ALL_PARTS);
        statements.run(SlotSql.DELETE_UPLOAD, uploadId.value());
    }

    private void removeUploadParts(BlobId uploadId, int fromNumber, int toNumber) {
        statements.run(SlotSql.DELETE_UPLOAD_FILES, uploadId.value(), fromNumber, toNumber);
        statements.run(SlotSql.DELETE_UPLOAD_PARTS, uploadId.value(), fromNumber, toNumber);
    }

    @Override
    public void enqueueGarbage(BlobId folder, Instant at) {
        statements.insert(SlotSql.ENQUEUE_GARBAGE, SlotRows.GARBAGE.fields(), SlotRows.ofGarbage(folder, at));
    }

    @Override
    public void forgetGarbage(Set<BlobId> folders) {
        folders.forEach(folder -> statements.run(SlotSql.FORGET_GARBAGE, folder.value()));
    }

    @Override
    public void append(StorageEvent event) {
        lastSequence++;
        statements.insert(SlotSql.APPEND_EVENT, SlotRows.EVENT.fields(), SlotRows.ofEvent(lastSequence, event));
        appended.add(SequencedEvent.of(slot, lastSequence, event));
    }

    @Override
    public void trimEvents(long upToSequenceInclusive) {
        long trimmed = Math.min(upToSequenceInclusive, lastSequence);
        statements.run(SlotSql.TRIM_EVENTS, trimmed);
        if (trimmed > statements.number(SlotSql.APPLIED_VALUE, SlotRows.TRIMMED)) {
            statements.run(SlotSql.SET_APPLIED, trimmed, SlotRows.TRIMMED);
        }
    }

    @Override
    public long fence(String bucket) {
        return statements.number(SlotSql.APPLIED_VALUE, SlotRows.FENCE + bucket);
    }

    @Override
    public void setFence(String bucket, long epoch) {
        statements.run(SlotSql.PUT_APPLIED, SlotRows.FENCE + bucket, epoch);
    }

    /** How far the slot has applied the log of its placement group. */
    LogPosition position() {
        return new LogPosition(
                statements.number(SlotSql.APPLIED_VALUE, SlotRows.LOG_TERM),
                statements.number(SlotSql.APPLIED_VALUE, SlotRows.LOG_INDEX));
    }

    /** Says that it has applied it up to there. */
    void setPosition(LogPosition position) {
        statements.run(SlotSql.PUT_APPLIED, SlotRows.LOG_TERM, position.term());
        statements.run(SlotSql.PUT_APPLIED, SlotRows.LOG_INDEX, position.index());
    }

    /** Changes a row that means nothing, so that the commit has something to make durable. */
    void touch() {
        statements.run(
                SlotSql.SET_APPLIED,
                statements.number(SlotSql.APPLIED_VALUE, SlotRows.BARRIERS) + 1,
                SlotRows.BARRIERS);
    }
}
