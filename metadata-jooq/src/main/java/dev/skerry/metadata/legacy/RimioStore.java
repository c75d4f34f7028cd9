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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.Field;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * Rimio: {@code slots/<id>/{meta.sqlite3, blobs/<blob_path>/g.<generation>/part.<index:08>.<sha256>}}. A path has one
 * {@code meta} row, of its newest write, and a {@code tombstone} row for each deletion; the head is the one of the
 * highest generation, a tombstone before a write of the same. What a newer write replaced has parts but no row that
 * says what they were, and is left behind.
 */
final class RimioStore implements LegacyStore {
    static final String TABLE = "file_entries";

    private static final Field<String> BLOB_PATH = field(name("blob_path"), String.class);
    private static final Field<String> FILE_KIND = field(name("file_kind"), String.class);
    private static final Field<byte[]> INLINE_DATA = field(name("inline_data"), byte[].class);
    private static final Field<String> EXTERNAL_PATH = field(name("external_path"), String.class);
    private static final Field<String> ARCHIVE_URL = field(name("archive_url"), String.class);
    private static final Field<Long> SIZE_BYTES = field(name("size_bytes"), Long.class);
    private static final Field<String> SHA256 = field(name("sha256"), String.class);
    private static final Field<Long> GENERATION = field(name("generation"), Long.class);
    private static final Field<Long> PART_NO = field(name("part_no"), Long.class);

    private final SlotFolders slots;

    RimioStore(SlotFolders slots) {
        this.slots = slots;
    }

    @Override
    public String description() {
        return "Rimio in " + slots.parent();
    }

    @Override
    public boolean versioned() {
        return false;
    }

    @Override
    public void visit(Consumer<Entry> visitor) {
        slots.visit(RimioStore::read, visitor);
    }

    /** A row that says what a path is as of a generation. */
    private record Head(String path, long generation, boolean tombstone, JsonNode json, Instant at) {}

    private static void read(SlotFolder slot, LegacyDatabase database, Consumer<Entry> visitor) {
        List<Head> ofOnePath = new ArrayList<>();
        // a tombstone after the write of the same generation, so that it is seen to be the head
        try (Cursor<?> rows = database.sql()
                .select(BLOB_PATH, FILE_KIND, GENERATION, SHA256, INLINE_DATA)
                .from(table(name(TABLE)))
                .where(FILE_KIND.in("meta", "tombstone"))
                .orderBy(BLOB_PATH, GENERATION, FILE_KIND)
                .fetchLazy()) {
            for (Record row : rows) {
                try {
                    Head head = head(row);
                    if (!ofOnePath.isEmpty() && !ofOnePath.getLast().path().equals(head.path())) {
                        show(slot, database, ofOnePath, visitor);
                        ofOnePath.clear();
                    }
                    if (!ofOnePath.isEmpty() && ofOnePath.getLast().generation() == head.generation()) {
                        ofOnePath.removeLast();
                    }
                    ofOnePath.add(head);
                } catch (Nonsense e) {
                    visitor.accept(new Unreadable(
                            slot.database() + ", " + row.get(FILE_KIND) + " of " + row.get(BLOB_PATH) + " generation "
                                    + row.get(GENERATION),
                            e.reason()));
                }
            }
        }
        show(slot, database, ofOnePath, visitor);
    }

    private static Head head(Record row) throws Nonsense {
        String path = LegacyValues.required(row.get(BLOB_PATH), "blob_path");
        byte[] data = LegacyValues.required(row.get(INLINE_DATA), "inline_data");
        String digest = sha256(data);
        if (!digest.equals(row.get(SHA256))) {
            throw new Nonsense("inline_data hashes to " + digest + " (expected: " + row.get(SHA256) + ")");
        }
        JsonNode json = LegacyValues.json(data, "inline_data");
        boolean tombstone = Objects.equals(row.get(FILE_KIND), "tombstone");
        String time = tombstone ? "deleted_at" : "updated_at";
        return new Head(
                path,
                LegacyValues.generation(row.get(GENERATION), "generation"),
                tombstone,
                json,
                LegacyValues.time(json.path(time).asText(null), time));
    }

    /**
     * A head is hidden by the one above it; a deletion that is the head hides itself too, as S3 shows nothing of it.
     */
    private static void show(SlotFolder slot, LegacyDatabase database, List<Head> heads, Consumer<Entry> visitor) {
        for (int i = 0; i < heads.size(); i++) {
            Head head = heads.get(i);
            boolean top = i == heads.size() - 1;
            Instant hiddenAt = top
                    ? (head.tombstone() ? head.at() : null)
                    : heads.get(i + 1).at();
            visitor.accept(head.tombstone() ? tombstone(head, hiddenAt) : live(slot, database, head, hiddenAt));
        }
    }

    private static Generation tombstone(Head head, @Nullable Instant hiddenAt) {
        return new Generation(
                head.path(),
                head.generation(),
                null,
                BlobKind.TOMBSTONE,
                0,
                List.of(),
                head.at(),
                hiddenAt,
                null,
                null);
    }

    private static Entry live(SlotFolder slot, LegacyDatabase database, Head head, @Nullable Instant hiddenAt) {
        try {
            Path folder = LegacyValues.beneath(slot.folder().resolve("blobs"), head.path() + "/g." + head.generation());
            List<Chunk> chunks = new ArrayList<>();
            String archive = head.json().path("archive_url").asText(null);
            for (Record part : parts(database, head)) {
                chunks.add(chunk(folder, part));
                archive = archive == null ? part.get(ARCHIVE_URL) : archive;
            }
            return new Generation(
                    head.path(),
                    head.generation(),
                    null,
                    BlobKind.LIVE,
                    LegacyValues.length(head.json(), "size_bytes"),
                    chunks,
                    head.at(),
                    hiddenAt,
                    null,
                    archive);
        } catch (Nonsense e) {
            return new Unreadable(
                    slot.database() + ", blob " + head.path() + " generation " + head.generation(), e.reason());
        }
    }

    private static List<? extends Record> parts(LegacyDatabase database, Head head) {
        return database.sql()
                .select(PART_NO, SHA256, SIZE_BYTES, EXTERNAL_PATH, ARCHIVE_URL)
                .from(table(name(TABLE)))
                .where(FILE_KIND.eq("part"))
                .and(BLOB_PATH.eq(head.path()))
                .and(GENERATION.eq(head.generation()))
                .orderBy(PART_NO)
                .fetch();
    }

    private static Chunk chunk(Path folder, Record part) throws Nonsense {
        Sha256 hash = LegacyValues.sha256(part.get(SHA256), "sha256 of a part");
        long number = LegacyValues.length(part.get(PART_NO), "part_no");
        Path file = folder.resolve(String.format(Locale.ROOT, "part.%08d.%s", number, hash));
        String elsewhere = part.get(EXTERNAL_PATH);
        if (elsewhere != null && !Files.exists(file) && Files.exists(Path.of(elsewhere))) {
            file = Path.of(elsewhere);
        }
        return new Chunk(file, hash, LegacyValues.length(part.get(SIZE_BYTES), "size_bytes of a part"));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
