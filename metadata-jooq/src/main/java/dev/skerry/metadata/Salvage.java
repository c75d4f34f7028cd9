package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.BLOBS;
import static dev.skerry.metadata.schema.slot.Tables.EVENTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PARTS;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Upload;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Copies what can be read of a damaged database to a new one. A row is taken where its checksum is right, a generation
 * where its bytes are whole as far as rows tell; the rules that hold between rows are restored. Which generations were
 * lost is told by the index of paths, as far as that can be read.
 *
 * <p>Events are not taken: a log with a gap would be taken for a whole one. Subscribers are told that their cursors
 * have expired, for sequences go on behind the last one.
 */
final class Salvage {
    private static final int BATCH = 1000;

    /** How far sequences go on behind the last event that was found, where later ones may have been lost. */
    private static final long LOST_EVENTS = 1_000_000;

    /** More than any slot ever has. */
    private static final long MOST_EVENTS = 1L << 48;

    private final Predicate<BlobPath> belongs;
    private final Statements damaged;
    private final Statements whole;
    private final SlotQueries queries;
    private final SqliteSlotTables tables;
    private final SortedSet<String> lost = new TreeSet<>();
    private long generations;
    private long uploads;
    private long unreadable;
    private long foreign;

    /**
     * From a damaged database to a new one of the newest schema, which has no rows yet and checks no foreign keys.
     *
     * @param belongs whether a path is one of the slot's
     */
    Salvage(SlotId slot, Predicate<BlobPath> belongs, Statements damaged, Statements whole) {
        this.belongs = belongs;
        this.damaged = damaged;
        this.whole = whole;
        this.queries = new SlotQueries(slot, whole);
        this.tables = new SqliteSlotTables(slot, whole);
    }

    /**
     * What came of it.
     *
     * @param generations of blobs that are there again
     * @param uploads under way that are there again
     * @param lost what is known to be gone, one line each
     * @param complete whether the lines say everything: the index of paths could be read to its end
     * @param foreign rows that belong to other slots and were left out
     */
    record Result(long generations, long uploads, List<String> lost, boolean complete, long foreign) {}

    Result run() {
        inTransaction(() -> SalvageSql.TABLES.forEach(this::copy));
        inTransaction(() -> {
            dropOrphans();
            dropIncompleteBlobs();
            dropIncompleteUploads();
            dropOrphans();
            restoreCurrent();
            goOnAfterEvents();
        });
        boolean complete = tellLost();
        return new Result(generations, uploads, List.copyOf(lost), complete, foreign);
    }

    private void inTransaction(Runnable work) {
        whole.beginWrite();
        try {
            work.run();
            whole.commit();
        } catch (RuntimeException e) {
            whole.rollback();
            throw e;
        }
    }

    private void copy(SalvageSql.Copied table) {
        long[] wrong = new long[1];
        long others = foreign;
        long gaps = new TableWalk(damaged, table.walk()).each(row -> {
            if (!row.sound()) {
                wrong[0]++;
            } else if (table.path() != null && !isOurs(row.get(table.path()))) {
                foreign++;
            } else {
                insert(table, row);
            }
        });
        if (foreign > others) {
            lost.add("table " + table.name() + ": " + (foreign - others) + " rows that belong to other slots");
        }
        if (wrong[0] > 0) {
            lost.add("table " + table.name() + ": " + wrong[0] + " rows whose checksums are wrong");
        }
        if (gaps > 0) {
            lost.add("table " + table.name() + ": " + gaps + " runs of rows that cannot be read");
        }
        unreadable += gaps;
    }

    private boolean isOurs(byte @Nullable [] path) {
        try {
            return path != null && belongs.test(BlobPath.ofBytes(path));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** A row that is there twice, because a page is reached by two ways, is there once. */
    private void insert(SalvageSql.Copied table, Row row) {
        try {
            whole.insert(table.insert(), table.inserted(), row);
        } catch (StoreException e) {
            if (!String.valueOf(e.getMessage()).contains("SQLITE_CONSTRAINT")) {
                throw e;
            }
        }
    }

    private void dropOrphans() {
        SalvageSql.DROP_ORPHANS.forEach(whole::run);
    }

    /** The files of what is dropped here are not queued as garbage: they may be all that is left of it. */
    private void dropIncompleteBlobs() {
        String after = "";
        while (true) {
            List<Row> rows = whole.first(BATCH, SalvageSql.WITH_CONTENT, after);
            for (Row row : rows) {
                after = row.need(BLOBS.BLOB_ID);
                if (!isWhole(row)) {
                    whole.run(SlotSql.DELETE_PARTS, after);
                    whole.run(SlotSql.DELETE_BODY, after);
                    whole.run(SlotSql.DELETE_BLOB, after);
                }
            }
            if (rows.size() < BATCH) {
                return;
            }
        }
    }

    private boolean isWhole(Row row) {
        try {
            queries.stored(row);
            return true;
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Corrupt) {
                return false;
            }
            throw e;
        }
    }

    /** A part without all of its files is none; its upload may be sent that part again. */
    private void dropIncompleteUploads() {
        for (Row row : whole.rows(SalvageSql.ALL_UPLOADS)) {
            Upload upload = UploadRows.upload(row);
            uploads++;
            for (int number : partNumbers(upload)) {
                if (!hasPart(upload, number)) {
                    lost.add(upload.path() + " upload " + upload.uploadId() + " part " + number);
                    whole.run(SlotSql.DELETE_UPLOAD_FILES, upload.uploadId().value(), number, number);
                    whole.run(SlotSql.DELETE_UPLOAD_PARTS, upload.uploadId().value(), number, number);
                }
            }
        }
    }

    private List<Integer> partNumbers(Upload upload) {
        return whole.rows(SlotSql.UPLOAD_PARTS_AFTER, upload.uploadId().value(), 0).stream()
                .map(part -> part.integer(UPLOAD_PARTS.NUMBER))
                .toList();
    }

    private boolean hasPart(Upload upload, int number) {
        try {
            List<UploadPart> parts = queries.uploadParts(upload.uploadId(), number - 1, 1);
            return !parts.isEmpty() && parts.getFirst().number() == number;
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Corrupt) {
                return false;
            }
            throw e;
        }
    }

    /** The current version is the visible generation of the highest number, also where a higher one was lost. */
    private void restoreCurrent() {
        for (Row row : whole.rows(SalvageSql.NOT_ALONE_LATEST)) {
            tables.update(BlobRows.meta(row).withLatest(false));
        }
        for (Row row : whole.rows(SalvageSql.NOT_LATEST)) {
            BlobMeta meta = BlobRows.meta(row);
            tables.update(meta.withLatest(true));
            lost.add(meta.path() + ": version " + meta.generation().value() + " is the current one now");
        }
    }

    private void goOnAfterEvents() {
        long[] last = new long[1];
        long gaps = new TableWalk(damaged, SalvageSql.WALK_EVENTS).each(row -> {
            if (row.sound()) {
                last[0] = Math.max(last[0], row.need(EVENTS.SEQUENCE));
            } else {
                unreadable++;
            }
        });
        long trimmed = 0;
        try {
            trimmed = damaged.number(SlotSql.APPLIED_VALUE, SlotRows.TRIMMED);
            if (trimmed < 0 || trimmed > MOST_EVENTS) {
                // the one kind of row that has no checksum
                trimmed = 0;
                gaps++;
            }
        } catch (StoreException e) {
            if (!(e.failure() instanceof StoreFailure.Corrupt)) {
                throw e;
            }
            gaps++;
        }
        long reached = Math.max(last[0], trimmed) + (gaps + unreadable > 0 ? LOST_EVENTS : 0);
        whole.run(SlotSql.SET_APPLIED, reached, SlotRows.TRIMMED);
        generations = whole.number(SlotSql.COUNT_GENERATIONS);
    }

    /** Says whether the index told everything. */
    private boolean tellLost() {
        Consumer<Row> look = entry -> {
            byte[] path = entry.get(BLOBS.PATH);
            Long version = entry.get(BLOBS.VERSION);
            if (path != null
                    && version != null
                    && isOurs(path)
                    && whole.row(SlotSql.BY_GENERATION, path, version).isEmpty()) {
                lost.add(BlobPath.ofBytes(path) + " version " + version);
            }
        };
        for (Sql order : SalvageSql.INDEX) {
            try {
                damaged.eachAsIs(look, order);
                return true;
            } catch (StoreException e) {
                if (!(e.failure() instanceof StoreFailure.Corrupt)) {
                    throw e;
                }
            }
        }
        return false;
    }
}
