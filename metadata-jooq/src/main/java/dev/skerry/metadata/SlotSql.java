package dev.skerry.metadata;

import static dev.skerry.metadata.Sql.parameter;
import static dev.skerry.metadata.schema.slot.Tables.APPLIED;
import static dev.skerry.metadata.schema.slot.Tables.BLOBS;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_CHUNK_ARCHIVES;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_INLINE;
import static dev.skerry.metadata.schema.slot.Tables.BLOB_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.EVENTS;
import static dev.skerry.metadata.schema.slot.Tables.GC_QUEUE;
import static dev.skerry.metadata.schema.slot.Tables.UPLOADS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PARTS;
import static dev.skerry.metadata.schema.slot.Tables.UPLOAD_PART_FILES;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.update;
import static org.jooq.impl.DSL.withRecursive;

import dev.skerry.metadata.schema.slot.tables.Blobs;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;

/**
 * The statements of a slot, written by jOOQ once. Parameters are in the order in which they stand in the text. A
 * condition that a partial index is made for stands literally as the index has it, or SQLite would not use the index.
 * None takes a limit: SQLite would plan it anew for each; whoever wants the first rows reads no more of them.
 */
final class SlotSql {
    private static final Condition VISIBLE = BLOBS.TOMBSTONED_AT.isNull();
    private static final Condition LIVE = BLOBS.KIND.eq(inline(BlobRows.LIVE));
    private static final Condition LATEST = BLOBS.IS_LATEST.eq(inline(1L));
    private static final Condition OF_PATH = BLOBS.PATH.eq(parameter(BLOBS.PATH));
    private static final Condition IN_RANGE =
            BLOBS.PATH.ge(parameter(BLOBS.PATH)).and(BLOBS.PATH.lt(parameter(BLOBS.PATH)));

    // generations: path
    static final Sql CURRENT = newestWhere(OF_PATH.and(VISIBLE).and(LATEST));
    static final Sql CURRENT_WITH_BODY = Sql.join(
            BlobRows.ALL,
            PartRows.BODY,
            select(BLOBS.fields())
                    .select(BLOB_INLINE.fields())
                    .from(BLOBS)
                    .leftJoin(BLOB_INLINE)
                    .on(BLOB_INLINE.BLOB_ID.eq(BLOBS.BLOB_ID))
                    .where(OF_PATH.and(VISIBLE).and(LATEST))
                    .orderBy(BLOBS.VERSION.desc())
                    .limit(inline(1L)));
    static final Sql LATEST_LIVE = newestWhere(OF_PATH.and(VISIBLE).and(LIVE));
    static final Sql NULL_VERSION = newestWhere(OF_PATH.and(VISIBLE).and(BLOBS.IS_NULL_VERSION.eq(inline(1L))));
    static final Sql NEWEST = newestWhere(OF_PATH);
    static final Sql NEWEST_VISIBLE = newestWhere(OF_PATH.and(VISIBLE));
    // path, version
    static final Sql BY_GENERATION = newestWhere(OF_PATH.and(BLOBS.VERSION.eq(parameter(BLOBS.VERSION))));
    // path, write id
    static final Sql BY_WRITE_ID = newestWhere(OF_PATH.and(BLOBS.WRITE_ID.eq(parameter(BLOBS.WRITE_ID))));
    // upload id
    static final Sql BY_UPLOAD = newestWhere(BLOBS.UPLOAD_ID.eq(parameter(BLOBS.UPLOAD_ID)));
    // blob id
    static final Sql BY_BLOB_ID = Sql.query(
            BlobRows.ALL, select(BLOBS.fields()).from(BLOBS).where(BLOBS.BLOB_ID.eq(parameter(BLOBS.BLOB_ID))));
    // path
    static final Sql GENERATIONS = Sql.query(
            BlobRows.ALL, select(BLOBS.fields()).from(BLOBS).where(OF_PATH).orderBy(BLOBS.VERSION.desc()));

    // listings, read as far as they are wanted: from inclusive, to exclusive
    static final Sql SCAN_CURRENT = Sql.query(
            BlobRows.LISTED,
            select(BlobRows.LISTED.fields())
                    .from(BLOBS)
                    .where(IN_RANGE.and(LATEST).and(LIVE))
                    .orderBy(BLOBS.PATH));
    static final Sql SCAN_VISIBLE = Sql.query(
            BlobRows.LISTED,
            select(BlobRows.LISTED.fields())
                    .from(BLOBS)
                    .where(IN_RANGE.and(VISIBLE))
                    .orderBy(BLOBS.PATH, BLOBS.VERSION.desc()));
    // path, version exclusive
    static final Sql SCAN_VISIBLE_BELOW = Sql.query(
            BlobRows.LISTED,
            select(BlobRows.LISTED.fields())
                    .from(BLOBS)
                    .where(OF_PATH.and(BLOBS.VERSION.lt(parameter(BLOBS.VERSION)))
                            .and(VISIBLE))
                    .orderBy(BLOBS.VERSION.desc()));
    // from inclusive, to exclusive, to exclusive
    static final Sql SCAN_NEWEST = Sql.query(BlobRows.LISTED, onePerPath());
    // from inclusive, to exclusive
    static final Sql HOLDS_ANY = Sql.scalar(
            select(inline(1L)).from(BLOBS).where(IN_RANGE.and(VISIBLE)).limit(inline(1L)));

    // content: blob id
    static final Sql PARTS = Sql.query(
            PartRows.PARTS,
            select(BLOB_PARTS.fields())
                    .from(BLOB_PARTS)
                    .where(BLOB_PARTS.BLOB_ID.eq(parameter(BLOB_PARTS.BLOB_ID)))
                    .orderBy(BLOB_PARTS.IDX));
    static final Sql BODY = Sql.query(
            PartRows.BODY,
            select(BLOB_INLINE.fields())
                    .from(BLOB_INLINE)
                    .where(BLOB_INLINE.BLOB_ID.eq(parameter(BLOB_INLINE.BLOB_ID))));
    // blob id exclusive
    static final Sql WITH_PARTS = Sql.query(
            BlobRows.ALL,
            select(BLOBS.fields())
                    .from(BLOBS)
                    .where(BLOBS.CONTENT.eq(inline(BlobRows.PARTS)).and(BLOBS.BLOB_ID.gt(parameter(BLOBS.BLOB_ID))))
                    .orderBy(BLOBS.BLOB_ID));
    // folder
    static final Sql PART_IN_FOLDER = Sql.scalar(select(inline(1L))
            .from(BLOB_PARTS)
            .where(BLOB_PARTS.FOLDER.eq(parameter(BLOB_PARTS.FOLDER)))
            .limit(inline(1L)));
    static final Sql UPLOAD_PART_IN_FOLDER = Sql.scalar(select(inline(1L))
            .from(UPLOAD_PARTS)
            .where(UPLOAD_PARTS.FOLDER.eq(parameter(UPLOAD_PARTS.FOLDER)))
            .limit(inline(1L)));
    static final Sql UPLOAD_FILE_IN_FOLDER = Sql.scalar(select(inline(1L))
            .from(UPLOAD_PART_FILES)
            .where(UPLOAD_PART_FILES.FOLDER.eq(parameter(UPLOAD_PART_FILES.FOLDER)))
            .limit(inline(1L)));

    // changes of generations
    static final Sql INSERT_BLOB = Sql.insert(BLOBS, BlobRows.INSERTED);
    static final Sql UPDATE_BLOB = Sql.update(BLOBS, BlobRows.UPDATED, BLOBS.BLOB_ID);
    static final Sql INSERT_PART = Sql.insert(BLOB_PARTS, PartRows.PARTS.fields());
    static final Sql INSERT_BODY = Sql.insert(BLOB_INLINE, PartRows.BODY.fields());
    // blob id
    static final Sql DELETE_BLOB = Sql.change(deleteFrom(BLOBS).where(BLOBS.BLOB_ID.eq(parameter(BLOBS.BLOB_ID))));
    static final Sql DELETE_PARTS =
            Sql.change(deleteFrom(BLOB_PARTS).where(BLOB_PARTS.BLOB_ID.eq(parameter(BLOB_PARTS.BLOB_ID))));
    static final Sql DELETE_BODY =
            Sql.change(deleteFrom(BLOB_INLINE).where(BLOB_INLINE.BLOB_ID.eq(parameter(BLOB_INLINE.BLOB_ID))));
    static final Sql DELETE_ARCHIVES = Sql.change(deleteFrom(BLOB_CHUNK_ARCHIVES)
            .where(BLOB_CHUNK_ARCHIVES.BLOB_ID.eq(parameter(BLOB_CHUNK_ARCHIVES.BLOB_ID))));
    // time exclusive
    static final Sql EXPIRED_HIDDEN = Sql.query(BlobRows.ALL, expiredHidden());
    static final Sql EXPIRED_TOMBSTONES = Sql.query(BlobRows.ALL, expiredTombstones());

    // uploads: upload id
    static final Sql UPLOAD = Sql.query(
            UploadRows.ALL,
            select(UPLOADS.fields()).from(UPLOADS).where(UPLOADS.UPLOAD_ID.eq(parameter(UPLOADS.UPLOAD_ID))));
    // from inclusive, to exclusive
    static final Sql SCAN_UPLOADS = Sql.query(
            UploadRows.ALL,
            select(UPLOADS.fields())
                    .from(UPLOADS)
                    .where(UPLOADS.PATH.ge(parameter(UPLOADS.PATH)).and(UPLOADS.PATH.lt(parameter(UPLOADS.PATH))))
                    .orderBy(UPLOADS.PATH, UPLOADS.UPLOAD_ID));
    // path, upload id exclusive
    static final Sql SCAN_UPLOADS_OF_PATH = Sql.query(
            UploadRows.ALL,
            select(UPLOADS.fields())
                    .from(UPLOADS)
                    .where(UPLOADS.PATH
                            .eq(parameter(UPLOADS.PATH))
                            .and(UPLOADS.UPLOAD_ID.gt(parameter(UPLOADS.UPLOAD_ID))))
                    .orderBy(UPLOADS.UPLOAD_ID));
    // upload id, number exclusive
    static final Sql UPLOAD_PARTS_AFTER = Sql.query(
            UploadRows.PARTS,
            select(UPLOAD_PARTS.fields())
                    .from(UPLOAD_PARTS)
                    .where(UPLOAD_PARTS
                            .UPLOAD_ID
                            .eq(parameter(UPLOAD_PARTS.UPLOAD_ID))
                            .and(UPLOAD_PARTS.NUMBER.gt(parameter(UPLOAD_PARTS.NUMBER))))
                    .orderBy(UPLOAD_PARTS.NUMBER));
    // upload id, number from and to, both inclusive
    static final Sql UPLOAD_FILES = Sql.query(
            UploadRows.FILES,
            select(UPLOAD_PART_FILES.fields())
                    .from(UPLOAD_PART_FILES)
                    .where(UPLOAD_PART_FILES
                            .UPLOAD_ID
                            .eq(parameter(UPLOAD_PART_FILES.UPLOAD_ID))
                            .and(UPLOAD_PART_FILES.NUMBER.ge(parameter(UPLOAD_PART_FILES.NUMBER)))
                            .and(UPLOAD_PART_FILES.NUMBER.le(parameter(UPLOAD_PART_FILES.NUMBER))))
                    .orderBy(UPLOAD_PART_FILES.NUMBER, UPLOAD_PART_FILES.IDX));
    static final Sql INSERT_UPLOAD = Sql.insert(UPLOADS, UploadRows.ALL.fields());
    static final Sql INSERT_UPLOAD_PART = Sql.insert(UPLOAD_PARTS, UploadRows.PARTS.fields());
    static final Sql INSERT_UPLOAD_FILE = Sql.insert(UPLOAD_PART_FILES, UploadRows.FILES.fields());
    // upload id
    static final Sql DELETE_UPLOAD =
            Sql.change(deleteFrom(UPLOADS).where(UPLOADS.UPLOAD_ID.eq(parameter(UPLOADS.UPLOAD_ID))));
    // upload id, number from and to, both inclusive
    static final Sql DELETE_UPLOAD_PARTS = Sql.change(deleteFrom(UPLOAD_PARTS)
            .where(UPLOAD_PARTS
                    .UPLOAD_ID
                    .eq(parameter(UPLOAD_PARTS.UPLOAD_ID))
                    .and(UPLOAD_PARTS.NUMBER.ge(parameter(UPLOAD_PARTS.NUMBER)))
                    .and(UPLOAD_PARTS.NUMBER.le(parameter(UPLOAD_PARTS.NUMBER)))));
    static final Sql DELETE_UPLOAD_FILES = Sql.change(deleteFrom(UPLOAD_PART_FILES)
            .where(UPLOAD_PART_FILES
                    .UPLOAD_ID
                    .eq(parameter(UPLOAD_PART_FILES.UPLOAD_ID))
                    .and(UPLOAD_PART_FILES.NUMBER.ge(parameter(UPLOAD_PART_FILES.NUMBER)))
                    .and(UPLOAD_PART_FILES.NUMBER.le(parameter(UPLOAD_PART_FILES.NUMBER)))));

    // garbage: time exclusive
    static final Sql GARBAGE = Sql.query(
            SlotRows.GARBAGE,
            select(GC_QUEUE.fields())
                    .from(GC_QUEUE)
                    .where(GC_QUEUE.QUEUED_AT.lt(parameter(GC_QUEUE.QUEUED_AT)))
                    .orderBy(GC_QUEUE.QUEUED_AT, GC_QUEUE.FOLDER));
    static final Sql ENQUEUE_GARBAGE = Sql.change(insertInto(GC_QUEUE)
            .columns(GC_QUEUE.fields())
            .values(SlotRows.GARBAGE.fields().stream().map(Sql::parameter).toList())
            .onConflictDoNothing());
    // folder
    static final Sql QUEUED =
            Sql.scalar(select(inline(1L)).from(GC_QUEUE).where(GC_QUEUE.FOLDER.eq(parameter(GC_QUEUE.FOLDER))));
    static final Sql FORGET_GARBAGE =
            Sql.change(deleteFrom(GC_QUEUE).where(GC_QUEUE.FOLDER.eq(parameter(GC_QUEUE.FOLDER))));

    // events: sequence exclusive
    static final Sql EVENTS_AFTER = Sql.query(
            SlotRows.EVENT,
            select(EVENTS.fields())
                    .from(EVENTS)
                    .where(EVENTS.SEQUENCE.gt(parameter(EVENTS.SEQUENCE)))
                    .orderBy(EVENTS.SEQUENCE));
    static final Sql LAST_EVENT = Sql.scalar(select(max(EVENTS.SEQUENCE)).from(EVENTS));
    static final Sql APPEND_EVENT = Sql.insert(EVENTS, SlotRows.EVENT.fields());
    // sequence inclusive
    static final Sql TRIM_EVENTS = Sql.change(deleteFrom(EVENTS).where(EVENTS.SEQUENCE.le(parameter(EVENTS.SEQUENCE))));

    // named numbers: name
    static final Sql APPLIED_VALUE =
            Sql.scalar(select(APPLIED.VALUE).from(APPLIED).where(APPLIED.NAME.eq(parameter(APPLIED.NAME))));
    // value, name
    static final Sql SET_APPLIED = Sql.change(update(APPLIED)
            .set(APPLIED.VALUE, parameter(APPLIED.VALUE))
            .where(APPLIED.NAME.eq(parameter(APPLIED.NAME))));
    // name, value
    static final Sql PUT_APPLIED = Sql.change(insertInto(APPLIED, APPLIED.NAME, APPLIED.VALUE)
            .values(parameter(APPLIED.NAME), parameter(APPLIED.VALUE))
            .onConflict(APPLIED.NAME)
            .doUpdate()
            .set(APPLIED.VALUE, excluded(APPLIED.VALUE)));

    // numbers
    static final Sql COUNT_LIVE = Sql.scalar(select(count()).from(BLOBS).where(VISIBLE.and(LIVE)));
    static final Sql LIVE_BYTES = Sql.scalar(select(sum(BLOBS.SIZE)).from(BLOBS).where(VISIBLE.and(LIVE)));
    static final Sql COUNT_GENERATIONS = Sql.scalar(select(count()).from(BLOBS));
    static final Sql COUNT_TOMBSTONES =
            Sql.scalar(select(count()).from(BLOBS).where(BLOBS.KIND.eq(inline(BlobRows.TOMBSTONE))));
    static final Sql COUNT_UPLOADS = Sql.scalar(select(count()).from(UPLOADS));
    static final Sql COUNT_GARBAGE = Sql.scalar(select(count()).from(GC_QUEUE));
    static final Sql MAX_BLOB_ID = Sql.scalar(select(max(BLOBS.BLOB_ID)).from(BLOBS));

    private SlotSql() {}

    /** Renders what every start soon needs, so that the first requests need not wait for jOOQ's classes to load. */
    static void prepare() {
        List.of(
                        LAST_EVENT,
                        APPLIED_VALUE,
                        NEWEST,
                        CURRENT,
                        CURRENT_WITH_BODY,
                        NEWEST_VISIBLE,
                        INSERT_BLOB,
                        INSERT_BODY,
                        UPDATE_BLOB,
                        BODY)
                .forEach(Sql::text);
    }

    private static Sql newestWhere(Condition condition) {
        return Sql.query(
                BlobRows.ALL,
                select(BLOBS.fields())
                        .from(BLOBS)
                        .where(condition)
                        .orderBy(BLOBS.VERSION.desc())
                        .limit(inline(1L)));
    }

    /**
     * The paths are found by seeking from each to the next, so that a path of many generations costs one step; SQLite
     * computes them as they are asked for and in their order, so it ends where its reader does.
     */
    private static Select<?> onePerPath() {
        Blobs other = BLOBS.as("other");
        Field<byte[]> path = field(name("paths", "path"), BLOBS.PATH.getDataType());
        CommonTableExpression<Record1<byte[]>> paths = name("paths")
                .fields("path")
                .as(select(min(BLOBS.PATH))
                        .from(BLOBS)
                        .where(IN_RANGE)
                        .unionAll(select(field(select(min(other.PATH))
                                        .from(other)
                                        .where(other.PATH.gt(path).and(other.PATH.lt(parameter(other.PATH))))))
                                .from(name("paths"))
                                .where(path.isNotNull())));
        Field<Long> current = field(select(other.PK)
                .from(other)
                .where(other.PATH.eq(path).and(other.TOMBSTONED_AT.isNull()))
                .orderBy(other.VERSION.desc())
                .limit(inline(1L)));
        Field<Long> newest = field(select(other.PK)
                .from(other)
                .where(other.PATH.eq(path))
                .orderBy(other.VERSION.desc())
                .limit(inline(1L)));
        return withRecursive(paths)
                .select(BlobRows.LISTED.fields())
                .from(paths)
                .crossJoin(BLOBS)
                .where(BLOBS.PK.eq(coalesce(current, newest)));
    }

    private static Select<?> expiredHidden() {
        Blobs above = BLOBS.as("above");
        Blobs below = BLOBS.as("below");
        Condition guardsNumbers = BLOBS.KIND
                .eq(inline(BlobRows.TOMBSTONE))
                .and(not(exists(
                        selectOne().from(above).where(above.PATH.eq(BLOBS.PATH).and(above.VERSION.gt(BLOBS.VERSION))))))
                .and(exists(
                        selectOne().from(below).where(below.PATH.eq(BLOBS.PATH).and(below.VERSION.lt(BLOBS.VERSION)))));
        return select(BLOBS.fields())
                .from(BLOBS)
                .where(BLOBS.TOMBSTONED_AT
                        .isNotNull()
                        .and(BLOBS.TOMBSTONED_AT.lt(parameter(BLOBS.TOMBSTONED_AT)))
                        .and(not(guardsNumbers)))
                .orderBy(BLOBS.TOMBSTONED_AT, BLOBS.BLOB_ID);
    }

    private static Select<?> expiredTombstones() {
        Blobs other = BLOBS.as("other");
        return select(BLOBS.fields())
                .from(BLOBS)
                .where(BLOBS.KIND
                        .eq(inline(BlobRows.TOMBSTONE))
                        .and(VISIBLE)
                        .and(BLOBS.CREATED_AT.lt(parameter(BLOBS.CREATED_AT)))
                        .and(not(exists(selectOne()
                                .from(other)
                                .where(other.PATH
                                        .eq(BLOBS.PATH)
                                        .and(other.TOMBSTONED_AT.isNull())
                                        .and(other.VERSION.ne(BLOBS.VERSION)))))))
                .orderBy(BLOBS.CREATED_AT, BLOBS.BLOB_ID);
    }
}
