package dev.skerry.metadata.legacy;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.metadata.SqliteDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * A copy of one SQLite file of an older store, open for reading. A copy, because opening a file with a write-ahead log
 * changes it, even for reading, and the older data is not to be touched; with its log, because what is in there is not
 * in the file yet.
 */
final class LegacyDatabase implements AutoCloseable {
    private static final List<String> SUFFIXES = List.of("", "-wal");

    private final Path copies;
    private final Connection connection;
    private final DSLContext sql;

    private LegacyDatabase(Path copies, Connection connection) {
        this.copies = copies;
        this.connection = connection;
        this.sql = DSL.using(connection, SQLDialect.SQLITE);
    }

    /**
     * Copies and opens a file.
     *
     * @throws StoreException with {@code StorageFault} if it cannot be copied, {@code Corrupt} if it is no database
     */
    static LegacyDatabase open(Path file) {
        SqliteDriver.load();
        try {
            Path copies = Files.createTempDirectory("skerry-migrate-");
            try {
                for (String suffix : SUFFIXES) {
                    Path from = file.resolveSibling(file.getFileName() + suffix);
                    if (Files.exists(from)) {
                        Files.copy(from, copies.resolve("db" + suffix), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
                return new LegacyDatabase(copies, connect(copies.resolve("db")));
            } catch (SQLException e) {
                delete(copies);
                throw new StoreException(new StoreFailure.Corrupt(file + ": " + e.getMessage()), e);
            } catch (IOException e) {
                delete(copies);
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(file + ": " + e), e);
        }
    }

    /** Opens a file and looks whether it is a database, which opening alone does not. */
    private static Connection connect(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.executeQuery("select count(*) from sqlite_master").close();
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    DSLContext sql() {
        return sql;
    }

    /** The names of its tables, views left out. */
    Set<String> tables() {
        return sql.select(field(name("name"), String.class))
                .from(table(name("sqlite_master")))
                .where(field(name("type"), String.class).eq("table"))
                .fetchSet(field(name("name"), String.class));
    }

    @Override
    public void close() {
        try {
            try {
                connection.close();
            } finally {
                delete(copies);
            }
        } catch (SQLException | IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(copies + ": " + e), e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
