package dev.skerry.metadata;

import static dev.skerry.metadata.Sql.parameter;
import static dev.skerry.metadata.schema.slot.Tables.BLOBS;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_INLINE;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.EVENTS;
import static dev.skerry.metadata.schema.slot.Tables.GC_QUEUE;
import static dev.skerry.metadata.schema.slot.Tables.UPLOADS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PART_FILES;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;

import dev.skerry.metadata.schema.slot.tables.Blobs;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/** The statements of a salvage. */
final class SalvageSql {
    /**
     * A table to be copied.
     *
     * @param walk its rows by their numbers, from one on: number exclusive
     * @param insert adds a row
     * @param inserted the columns that gives
     * @param path the column that says which slot a row belongs to, or null where it goes with another row
     */
    record Copied(
            String name,
            Sql walk,
            Sql insert,
            List<? extends Field<?>> inserted,
            @Nullable Field<byte[]> path) {
        Copied(String name, Sql walk, Sql insert, List<? extends Field<?>> inserted) {
            this(name, walk, insert, inserted, null);
        }
    }

    private static final Blobs OTHER = BLOBS.as("other");
    private static final Condition VISIBLE = BLOBS.TOMBSTONED_AT.isNull();
    private static final Condition VISIBLE_ABOVE = exists(selectOne()
            .from(OTHER)
            .where(OTHER.PATH
                    .eq(BLOBS.PATH)
                    .and(OTHER.VERSION.gt(BLOBS.VERSION))
                    .and(OTHER.TOMBSTONED_AT.isNull())));

    static final List<Copied> TABLES = List.of(
            new Copied("blobs", walk(BLOBS, BlobRows.ALL), SlotSql.INSERT_BLOB, BlobRows.INSERTED, BLOBS.PATH),
            new Copied("blob_parts", walk(BLOB_PARTS, PartRows.PARTS), SlotSql.INSERT_PART, PartRows.PARTS.fields()),
            new Copied("blob_inline", walk(BLOB_INLINE, PartRows.BODY), SlotSql.INSERT_BODY, PartRows.BODY.fields()),
            new Copied(
                    "uploads",
                    walk(UPLOADS, UploadRows.ALL),
                    SlotSql.INSERT_UPLOAD,
                    UploadRows.ALL.fields(),
                    UPLOADS.PATH),
            new Copied(
                    "upload_parts",
                    walk(UPLOAD_PARTS, UploadRows.PARTS),
                    SlotSql.INSERT_UPLOAD_PART,
                    UploadRows.PARTS.fields()),
            new Copied(
                    "upload_part_files",
                    walk(UPLOAD_PART_FILES, UploadRows.FILES),
                    SlotSql.INSERT_UPLOAD_FILE,
                    UploadRows.FILES.fields()),
            new Copied(
                    "gc_queue", walk(GC_QUEUE, SlotRows.GARBAGE), SlotSql.ENQUEUE_GARBAGE, SlotRows.GARBAGE.fields()));

    static final Sql WALK_EVENTS = walk(EVENTS, SlotRows.EVENT);

    /** The index alone: it has no checksum, so what is read of it is only ever told. */
    private static final Columns INDEXED =
            new Columns("blobs", List.of(BLOBS.PATH, BLOBS.VERSION), List.of(), BLOBS.VERSION);

    /** The paths and generations there ought to be, from either end. */
    static final List<Sql> INDEX = List.of(
            Sql.query(INDEXED, select(BLOBS.PATH, BLOBS.VERSION).from(BLOBS).orderBy(BLOBS.PATH, BLOBS.VERSION.desc())),
            Sql.query(
                    INDEXED, select(BLOBS.PATH, BLOBS.VERSION).from(BLOBS).orderBy(BLOBS.PATH.desc(), BLOBS.VERSION)));

    /** Generations that ought to be the current ones of their paths and are not. */
    static final Sql NOT_LATEST = Sql.query(
            BlobRows.ALL,
            select(BLOBS.fields())
                    .from(BLOBS)
                    .where(VISIBLE.and(BLOBS.IS_LATEST.eq(inline(0L))).and(not(VISIBLE_ABOVE))));

    /** Generations that are said to be current beside a later one. */
    static final Sql NOT_ALONE_LATEST = Sql.query(
            BlobRows.ALL,
            select(BLOBS.fields())
                    .from(BLOBS)
                    .where(BLOBS.IS_LATEST.eq(inline(1L)).and(VISIBLE_ABOVE)));

    /** Generations that have bytes; blob id exclusive. */
    static final Sql WITH_CONTENT = Sql.query(
            BlobRows.ALL,
            select(BLOBS.fields())
                    .from(BLOBS)
                    .where(BLOBS.CONTENT
                            .ne(inline(BlobRows.NO_CONTENT))
                            .and(BLOBS.BLOB_ID.gt(parameter(BLOBS.BLOB_ID))))
                    .orderBy(BLOBS.BLOB_ID));

    static final Sql ALL_UPLOADS =
            Sql.query(UploadRows.ALL, select(UPLOADS.fields()).from(UPLOADS).orderBy(UPLOADS.UPLOAD_ID));

    /** Rows that belong to nothing any more, those that others refer to last. */
    static final List<Sql> DROP_ORPHANS = List.of(
            Sql.change(deleteFrom(BLOB_PARTS)
                    .where(notExists(selectOne().from(BLOBS).where(BLOBS.BLOB_ID.eq(BLOB_PARTS.BLOB_ID))))),
            Sql.change(deleteFrom(BLOB_INLINE)
                    .where(notExists(selectOne().from(BLOBS).where(BLOBS.BLOB_ID.eq(BLOB_INLINE.BLOB_ID))))),
            Sql.change(deleteFrom(UPLOAD_PART_FILES)
                    .where(notExists(
                            selectOne().from(UPLOADS).where(UPLOADS.UPLOAD_ID.eq(UPLOAD_PART_FILES.UPLOAD_ID))))),
            Sql.change(deleteFrom(UPLOAD_PARTS)
                    .where(notExists(selectOne().from(UPLOADS).where(UPLOADS.UPLOAD_ID.eq(UPLOAD_PARTS.UPLOAD_ID))))),
            Sql.change(deleteFrom(UPLOAD_PART_FILES)
                    .where(notExists(selectOne()
                            .from(UPLOAD_PARTS)
                            .where(UPLOAD_PARTS
                                    .UPLOAD_ID
                                    .eq(UPLOAD_PART_FILES.UPLOAD_ID)
                                    .and(UPLOAD_PARTS.NUMBER.eq(UPLOAD_PART_FILES.NUMBER)))))));

    private SalvageSql() {}

    private static Sql walk(Table<?> table, Columns columns) {
        Columns numbered = columns.numbered();
        return Sql.query(
                numbered,
                select(numbered.fields())
                        .from(table)
                        .where(Columns.ROW_NUMBER.gt(parameter(Columns.ROW_NUMBER)))
                        .orderBy(Columns.ROW_NUMBER));
    }
}
