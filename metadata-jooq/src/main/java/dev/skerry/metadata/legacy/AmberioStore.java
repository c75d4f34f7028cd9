package dev.skerry.metadata.legacy;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.migrate.LegacyStore;
import dev.skerry.metadata.legacy.LegacyValues.Nonsense;
import dev.skerry.metadata.legacy.SlotFolders.SlotFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Amberio: {@code slots/<id>/{meta.sqlite3, blobs/<blob_id>/chunks/<hash>}}. A row for each version of a path; those
 * that are not tombstoned stand beside each other, the highest is the one read. A deletion marks the row and writes no
 * other.
 */
final class AmberioStore implements LegacyStore {
    private static final String ARCHIVES = "blob_chunk_archives";
    private static final Field<String> PATH = field(name("path"), String.class);
    private static final Field<Long> VERSION = field(name("version"), Long.class);
    private static final Field<String> BLOB_ID = field(name("blob_id"), String.class);
    private static final Field<Long> SIZE = field(name("size"), Long.class);
    private static final Field<String> CHUNKS = field(name("chunks"), String.class);
    private static final Field<String> CREATED_AT = field(name("created_at"), String.class);
    private static final Field<String> TOMBSTONED_AT = field(name("tombstoned_at"), String.class);

    private final SlotFolders slots;

    AmberioStore(SlotFolders slots) {
        this.slots = slots;
    }

    @Override
    public String description() {
        return "Amberio in " + slots.parent();
    }

    @Override
    public boolean versioned() {
        return true;
    }

    @Override
    public void visit(Consumer<Entry> visitor) {
        slots.visit(AmberioStore::read, visitor);
    }

    private static void read(SlotFolder slot, LegacyDatabase database, Consumer<Entry> visitor) {
        Field<String> archive = archive(database);
        try (Cursor<?> rows = database.sql()
                .select(PATH, VERSION, BLOB_ID, SIZE, CHUNKS, CREATED_AT, TOMBSTONED_AT, archive)
                .from(table(name("blobs")))
                .orderBy(PATH, VERSION)
                .fetchLazy()) {
            for (Record row : rows) {
                visitor.accept(entry(slot, row, row.get(archive)));
            }
        }
    }

    /** Where one of a blob's chunks was archived to; the first builds had no table for that. */
    private static Field<String> archive(LegacyDatabase database) {
        if (!database.tables().contains(ARCHIVES)) {
            return val((String) null).as("archive");
        }
        Field<String> target = field(name(ARCHIVES, "target_path"), String.class);
        Field<String> archivedId = field(name(ARCHIVES, "blob_id"), String.class);
        return field(select(min(target))
                        .from(table(name(ARCHIVES)))
                        .where(archivedId.eq(field(name("blobs", "blob_id"), String.class))))
                .as("archive");
    }

    private static Entry entry(SlotFolder slot, Record row, @Nullable String archive) {
        try {
            String blobId = LegacyValues.required(row.get(BLOB_ID), "blob_id");
            Path chunks = LegacyValues.beneath(slot.folder().resolve("blobs"), blobId + "/chunks");
            return new Generation(
                    LegacyValues.required(row.get(PATH), "path"),
                    LegacyValues.generation(row.get(VERSION), "version"),
                    blobId,
                    BlobKind.LIVE,
                    LegacyValues.length(row.get(SIZE), "size"),
                    chunks(chunks, row.get(CHUNKS)),
                    LegacyValues.time(row.get(CREATED_AT), "created_at"),
                    tombstonedAt(row),
                    null,
                    archive);
        } catch (Nonsense e) {
            return new Unreadable(
                    slot.database() + ", blob " + row.get(PATH) + " version " + row.get(VERSION), e.reason());
        }
    }

    private static @Nullable Instant tombstonedAt(Record row) throws Nonsense {
        String text = row.get(TOMBSTONED_AT);
        return text == null ? null : LegacyValues.time(text, "tombstoned_at");
    }

    private static List<Chunk> chunks(Path folder, @Nullable String json) throws Nonsense {
        List<Chunk> chunks = new ArrayList<>();
        for (JsonNode chunk : LegacyValues.array(LegacyValues.json(json, "chunks"), "chunks")) {
            Sha256 hash = LegacyValues.sha256(chunk.path("id").asText(null), "id of a chunk");
            chunks.add(new Chunk(folder.resolve(hash.hex()), hash, LegacyValues.length(chunk, "len")));
        }
        return chunks;
    }
}
