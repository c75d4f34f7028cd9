package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.failure.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables are those of the specification, which the text files beside this class are. */
class SchemaTest {
    @TempDir
    private Path folder;

    private Path slot() {
        SlotDatabases.open(folder.resolve("slots"), 1, Thread::new, () -> Instant.EPOCH)
                .close();
        return folder.resolve("slots/0/meta.sqlite3");
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet results = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (results.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(results.getString(i)));
                }
                rows.add(String.join("|", row));
            }
            return rows;
        }
    }

    private static String described(Path file) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Connection connection = connect(file)) {
            for (String table : rows(
                    connection,
                    "select type || ' ' || name from sqlite_master where type in ('table', 'view')"
                            + " and name not like 'sqlite_%' order by type, name")) {
                text.append(table).append('\n');
                rows(
                                connection,
                                "select name || ' ' || type || iif(\"notnull\", ' not null', '')"
                                        + " || iif(dflt_value is null, '', ' default ' || dflt_value)"
                                        + " || iif(pk, ' key ' || pk, '') from pragma_table_info('"
                                        + table.substring(table.indexOf(' ') + 1) + "')")
                        .forEach(column -> text.append("    ").append(column).append('\n'));
            }
        }
        return text.toString();
    }

    private static String specified(String resource) throws IOException {
        try (InputStream stream = Objects.requireNonNull(SchemaTest.class.getResourceAsStream(resource))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aSlotHasTheTablesOfTheSpecification() throws Exception {
        assertThat(described(slot())).isEqualTo(specified("slot-schema.txt"));
    }

    @Test
    void theCatalogHasTheTablesOfTheSpecification() throws Exception {
        Path file = folder.resolve("catalog.sqlite3");
        SqliteCatalog.open(file, List.of(), Thread::new, () -> Instant.EPOCH).close();

        assertThat(described(file)).isEqualTo(specified("catalog-schema.txt"));
    }

    @Test
    void pathAndVersionAreUniqueAndSoIsTheBlobId() throws SQLException {
        try (Connection connection = connect(slot())) {
            assertThat(
                            rows(
                                    connection,
                                    "select l.name, group_concat(x.name) from pragma_index_list('blobs') l,"
                                            + " pragma_index_info(l.name) x where l.\"unique\" group by l.name order by l.name"))
                    .containsExactly("idx_blobs_blob_id|blob_id", "idx_blobs_path_version|path,version");
            assertThat(rows(
                            connection,
                            "select \"from\", \"table\", \"to\" from pragma_foreign_key_list('blob_chunk_archives')"))
                    .containsExactly("blob_id|blobs|blob_id");
        }
    }

    @Test
    void theViewShowsHeadsAndPartsAsOlderToolsKnowThem() throws SQLException {
        Commands commands = new Commands();
        Path file;
        try (SlotsOnDisk slots = new SlotsOnDisk(folder.resolve("slots"))) {
            file = slots.file();
            slots.log().commit(SlotsOnDisk.SLOT, commands.put(Commands.path("a"), "text", Versioning.ENABLED));
            slots.log().commit(SlotsOnDisk.SLOT, commands.delete(Commands.path("a"), Versioning.ENABLED));
            slots.log()
                    .commit(
                            SlotsOnDisk.SLOT,
                            commands.put(
                                    Commands.path("b"),
                                    Commands.inFiles(commands.id(), "0123456789", 6),
                                    Versioning.ENABLED));
        }
        try (Connection connection = connect(file)) {
            assertThat(rows(
                            connection,
                            "select slot_id, blob_path, file_kind, head_kind, storage_kind, generation, part_no,"
                                    + " size_bytes, inline_data, external_path is not null from file_entries"
                                    + " order by blob_path, generation, part_no"))
                    .containsExactly(
                            "1|bucket/a|meta|meta|inline|1|null|4|text|0",
                            "1|bucket/a|tombstone|tombstone|inline|2|null|0|null|0",
                            "1|bucket/b|meta|meta|inline|1|null|10|null|0",
                            "1|bucket/b|part|meta|external|1|0|6|null|1",
                            "1|bucket/b|part|meta|external|1|1|4|null|1");
            assertThat(rows(
                            connection,
                            "select count(*) from file_entries f, blob_parts p where f.external_path = 'blobs/' || p.folder"
                                    + " || '/part.' || printf('%08d', p.file_index) || '.' || p.sha256"))
                    .containsExactly("2");
            assertThatThrownBy(() -> rows(connection, "delete from file_entries"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void onlyTheirOwnerMayReadFilesAndFolders() throws IOException {
        Path file = slot();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(DatabaseFile.folderOf(file))))
                .isEqualTo("rwx------");
    }

    @Test
    void aScriptChangedAfterTheFactIsRefused() throws SQLException {
        try (Connection connection = connect(slot());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update schema_migrations set sha256 = 'other'");
        }

        assertThatThrownBy(this::slot).isInstanceOf(StoreException.class).hasMessageContaining("V1__slot");
    }

    @Test
    void aDatabaseOfANewerProgramIsRefused() throws SQLException {
        try (Connection connection = connect(slot());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into schema_migrations values (3, 'V3__later', 'x', 0)");
        }

        assertThatThrownBy(this::slot)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("schema version 3 (expected: 2 or lower");
    }

    @Test
    void aDatabaseOfAnotherSlotIsRefused() throws IOException {
        Path first = slot();
        Files.createDirectories(folder.resolve("moved/0"));
        Files.createDirectories(folder.resolve("moved/1"));
        Files.copy(first, folder.resolve("moved/0/meta.sqlite3"));
        Files.copy(first, folder.resolve("moved/1/meta.sqlite3"));

        try (SlotDatabases databases =
                SlotDatabases.open(folder.resolve("moved"), 2, Thread::new, () -> Instant.EPOCH)) {
            assertThat(databases.quarantined())
                    .hasEntrySatisfying(
                            new SlotId(1), reason -> assertThat(reason).contains("of slot 0 (expected: of slot 1)"));
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("slots/0"));
        Files.writeString(folder.resolve("slots/0/meta.sqlite3"), "not a database ".repeat(1000));

        assertThatThrownBy(this::slot)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("stored data is damaged");
    }

    @Test
    void aDatabaseOfAnotherProgramIsRefused() throws IOException, SQLException {
        Files.createDirectories(folder.resolve("slots/0"));
        try (Connection connection = connect(folder.resolve("slots/0/meta.sqlite3"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table objects (path text)");
        }

        assertThatThrownBy(this::slot).isInstanceOf(StoreException.class).hasMessageContaining("another program");
    }
}
