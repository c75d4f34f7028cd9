package dev.skerry.metadata.legacy;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.blob.BlobKind;
import dev.skerry.blob.Sha256;
import dev.skerry.blob.migrate.LegacyStore;
import dev.skerry.metadata.legacy.LegacyValues.Nonsense;
import dev.skerry.metadata.legacy.SlotFolders.SlotFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jooq.Cursor;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * AmberBlob: {@code slot_<id>/{chunks/<first two digits>/<hash>, meta/metadata.db}}. One object for each path, chunks
 * shared by all objects of a slot, no versions, no tombstones.
 */
final class AmberBlobStore implements LegacyStore {
    private static final Field<String> PATH = field(name("path"), String.class);
    private static final Field<Long> SIZE = field(name("size"), Long.class);
    private static final Field<String> CHUNKS = field(name("chunks"), String.class);
    private static final Field<String> SEQ = field(name("seq"), String.class);
    private static final Field<String> CREATED_AT = field(name("created_at"), String.class);
    private static final Field<String> MODIFIED_AT = field(name("modified_at"), String.class);
    private static final Field<Integer> ARCHIVED = field(name("archived"), Integer.class);
    private static final Field<String> ARCHIVE_LOCATION = field(name("archive_location"), String.class);

    private final SlotFolders slots;

    AmberBlobStore(Path folder) {
        this.slots = slotsIn(folder);
    }

    static SlotFolders slotsIn(Path folder) {
        return new SlotFolders(folder, Pattern.compile("slot_(\\d{1,9})"), "meta/metadata.db");
    }

    @Override
    public String description() {
        return "AmberBlob in " + slots.parent();
    }

    @Override
    public boolean versioned() {
        return false;
    }

    @Override
    public void visit(Consumer<Entry> visitor) {
        slots.visit(AmberBlobStore::read, visitor);
    }

    private static void read(SlotFolder slot, LegacyDatabase database, Consumer<Entry> visitor) {
        try (Cursor<?> rows = database.sql()
                .select(PATH, SIZE, CHUNKS, SEQ, CREATED_AT, MODIFIED_AT, ARCHIVED, ARCHIVE_LOCATION)
                .from(table(name("objects")))
                .orderBy(PATH)
                .fetchLazy()) {
            for (Record row : rows) {
                visitor.accept(entry(slot, row));
            }
        }
    }

    private static Entry entry(SlotFolder slot, Record row) {
        try {
            return new Generation(
                    LegacyValues.required(row.get(PATH), "path"),
                    1,
                    row.get(SEQ),
                    BlobKind.LIVE,
                    LegacyValues.length(row.get(SIZE), "size"),
                    chunks(slot.folder().resolve("chunks"), row.get(CHUNKS)),
                    LegacyValues.time(row.get(CREATED_AT), "created_at"),
                    null,
                    LegacyValues.time(row.get(MODIFIED_AT), "modified_at"),
                    archive(row));
        } catch (Nonsense e) {
            return new Unreadable(slot.database() + ", object " + row.get(PATH), e.reason());
        }
    }

    private static List<Chunk> chunks(Path folder, @Nullable String json) throws Nonsense {
        List<Chunk> chunks = new ArrayList<>();
        long offset = 0;
        for (JsonNode chunk : LegacyValues.array(LegacyValues.json(json, "chunks"), "chunks")) {
            Sha256 hash = LegacyValues.sha256(chunk.path("hash").asText(null), "hash of a chunk");
            long length = LegacyValues.length(chunk, "size");
            if (chunk.has("offset") && LegacyValues.length(chunk, "offset") != offset) {
                throw new Nonsense("chunks: one at " + chunk.path("offset") + " (expected: " + offset + ")");
            }
            chunks.add(new Chunk(file(folder, hash), hash, length));
            offset += length;
        }
        return chunks;
    }

    /** Early builds kept chunks without the folder of their first two digits. */
    private static Path file(Path folder, Sha256 hash) {
        Path sorted = folder.resolve(hash.hex().substring(0, 2)).resolve(hash.hex());
        Path flat = folder.resolve(hash.hex());
        return Files.exists(sorted) || !Files.exists(flat) ? sorted : flat;
    }

    private static @Nullable String archive(Record row) {
        Integer archived = row.get(ARCHIVED);
        String location = row.get(ARCHIVE_LOCATION);
        if (archived == null || archived == 0) {
            return null;
        }
        return location == null ? "an archive it does not name" : location;
    }
}
