package dev.skerry.metadata.legacy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes disks as the older stores left them. Part of the test-jar: the server's migration is tried on them too. */
public final class LegacyFixture {
    private final Path disk;

    /** On a folder, which need not exist yet. */
    public LegacyFixture(Path disk) {
        this.disk = disk;
    }

    /** The folder. */
    public Path disk() {
        return disk;
    }

    /** An object of AmberBlob; the file of each chunk is given back. */
    public List<Path> amberBlob(int slot, String path, String seq, List<String> chunks, @Nullable String archive) {
        Path folder = disk.resolve("amberblob").resolve(String.format(Locale.ROOT, "slot_%04d", slot));
        List<Path> files = chunks.stream()
                .map(text -> write(
                        folder.resolve("chunks")
                                .resolve(sha256(text).substring(0, 2))
                                .resolve(sha256(text)),
                        text))
                .toList();
        long offset = 0;
        StringBuilder json = new StringBuilder("[");
        for (String text : chunks) {
            json.append(json.length() > 1 ? "," : "")
                    .append("{\"hash\":\"%s\",\"size\":%d,\"offset\":%d}"
                            .formatted(sha256(text), length(text), offset));
            offset += length(text);
        }
        execute(
                folder.resolve("meta/metadata.db"),
                "amberblob.sql",
                "insert into objects values (?, ?, ?, ?, ?, ?, ?, ?)",
                path,
                offset,
                json.append("]").toString(),
                seq,
                "2024-03-01T10:00:00.123456789+00:00",
                "2024-03-02T10:00:00+00:00",
                archive == null ? 0 : 1,
                archive);
        return files;
    }

    /** A version of Amberio. */
    public List<Path> amberio(
            int slot, String path, long version, String blobId, List<String> chunks, @Nullable String tombstonedAt) {
        Path folder = amberioSlot(slot);
        List<Path> files = chunks.stream()
                .map(text -> write(
                        folder.resolve("blobs")
                                .resolve(blobId)
                                .resolve("chunks")
                                .resolve(sha256(text)),
                        text))
                .toList();
        String json = chunks.stream()
                .map(text -> "{\"id\":\"%s\",\"len\":%d}".formatted(sha256(text), length(text)))
                .collect(Collectors.joining(",", "[", "]"));
        execute(
                folder.resolve("meta.sqlite3"),
                "amberio.sql",
                "insert into blobs (path, version, blob_id, size, chunks, created_at, tombstoned_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                path,
                version,
                blobId,
                chunks.stream().mapToLong(LegacyFixture::length).sum(),
                json,
                "2024-04-0" + version + "T10:00:00.5Z",
                tombstonedAt);
        return files;
    }

    /** Says of a chunk of Amberio that it was archived. */
    void amberioArchive(int slot, String blobId, String chunk, String target) {
        execute(
                amberioSlot(slot).resolve("meta.sqlite3"),
                "amberio.sql",
                "insert into blob_chunk_archives (blob_id, chunk_id, length, archived_at, target_path,"
                        + " target_range_start, target_range_end) values (?, ?, ?, ?, ?, 0, 0)",
                blobId,
                sha256(chunk),
                length(chunk),
                "2024-05-01T00:00:00Z",
                target);
    }

    Path amberioSlot(int slot) {
        return disk.resolve("slots").resolve(Integer.toString(slot));
    }

    /** A write of Rimio; like Rimio it replaces the path's row of an earlier write and leaves that one's parts. */
    public List<Path> rimio(int slot, String path, long generation, List<String> parts) {
        Path folder = amberioSlot(slot);
        long size = parts.stream().mapToLong(LegacyFixture::length).sum();
        String json = """
                {"path":"%s","slot_id":%d,"generation":%d,"version":%d,"size_bytes":%d,"etag":"x","part_size":67108864,\
                "part_count":%d,"part_index_state":"complete","updated_at":"2024-06-0%dT10:00:00Z"}""".formatted(path, slot, generation, generation, size, parts.size(), generation);
        execute(
                folder.resolve("meta.sqlite3"),
                "rimio.sql",
                "delete from file_entries where file_kind = 'meta' and blob_path = ?",
                path);
        head(folder, slot, path, generation, "meta", "meta.json", json);
        return IntStream.range(0, parts.size())
                .mapToObj(index -> part(folder, slot, path, generation, index, parts.get(index)))
                .toList();
    }

    private static Path part(Path folder, int slot, String path, long generation, int index, String text) {
        String name = String.format(Locale.ROOT, "g.%d/part.%08d.%s", generation, index, sha256(text));
        Path file = write(folder.resolve("blobs").resolve(path).resolve(name), text);
        execute(
                folder.resolve("meta.sqlite3"),
                "rimio.sql",
                "insert into file_entries (slot_id, blob_path, file_name, file_kind, storage_kind, size_bytes, sha256,"
                        + " generation, part_no, created_at, updated_at)"
                        + " values (?, ?, ?, 'part', 'external', ?, ?, ?, ?, 'x', 'x')",
                slot,
                path,
                name,
                length(text),
                sha256(text),
                generation,
                index);
        return file;
    }

    /** A deletion of Rimio. */
    public void rimioTombstone(int slot, String path, long generation) {
        String json = """
                {"path":"%s","slot_id":%d,"generation":%d,"deleted_at":"2024-06-0%dT12:00:00Z","reason":"delete"}""".formatted(path, slot, generation, generation);
        head(amberioSlot(slot), slot, path, generation, "tombstone", "tombstone." + sha256(json), json);
    }

    @SuppressWarnings("checkstyle:ParameterNumber") // one column each
    private static void head(
            Path folder, int slot, String path, long generation, String kind, String name, String json) {
        execute(
                folder.resolve("meta.sqlite3"),
                "rimio.sql",
                "insert into file_entries (slot_id, blob_path, file_name, file_kind, storage_kind, inline_data, sha256,"
                        + " generation, created_at, updated_at) values (?, ?, ?, ?, 'inline', ?, ?, ?, 'x', 'x')",
                slot,
                path,
                name,
                kind,
                json.getBytes(StandardCharsets.UTF_8),
                sha256(json),
                generation);
    }

    /** Runs a statement on a database, which is made from the schema if it is not there. */
    static void execute(Path database, String schema, String sql, @Nullable Object... values) {
        try {
            boolean create = !Files.exists(database);
            Files.createDirectories(Objects.requireNonNull(database.getParent()));
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
                if (create) {
                    for (String statement : resource(schema).split(";\n", -1)) {
                        if (!statement.isBlank()) {
                            connection.createStatement().execute(statement);
                        }
                    }
                }
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    for (int i = 0; i < values.length; i++) {
                        statement.setObject(i + 1, values[i]);
                    }
                    statement.executeUpdate();
                }
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(database.toString(), e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = LegacyFixture.class.getResourceAsStream("/legacy/" + name)) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Path write(Path file, String text) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sha256(String text) {
        return hash("SHA-256", text);
    }

    static String md5(String text) {
        return hash("MD5", text);
    }

    private static String hash(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
