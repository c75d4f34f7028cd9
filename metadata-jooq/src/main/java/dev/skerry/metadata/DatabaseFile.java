package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * One SQLite file and how connections to it are set up.
 *
 * <p>The write-ahead log is always on: readers see the last commit while the next one is written, and a commit is one
 * fsync. {@code synchronous} is FULL or NORMAL, never OFF: NORMAL loses the last commits in a power cut, OFF may lose
 * the whole file.
 *
 * @param path of the file
 */
record DatabaseFile(Path path) {
    private static final String SHARED_PRAGMAS = """
            pragma busy_timeout = 5000;
            pragma cell_size_check = on;
            pragma temp_store = memory;
            """;

    private static final String WRITER_PRAGMAS = """
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma foreign_keys = on;
            pragma cache_size = -1024;
            pragma wal_autocheckpoint = 2000;
            pragma journal_size_limit = 33554432;
            """;

    private static final String READER_PRAGMAS = """
            pragma query_only = on;
            pragma cache_size = -256;
            """;

    DatabaseFile {
        if (path.toString().contains("?")) {
            throw new IllegalArgumentException("database: " + path + " (expected: a path without a question mark)");
        }
    }

    /** Creates the folder and an empty file that only their owner may read, where they are not there; says whether. */
    boolean create() {
        try {
            Path folder = folderOf(path);
            Files.createDirectories(folder, OwnerOnly.folder(folder));
            Files.createFile(path, OwnerOnly.file(path));
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(path + ": " + e), e);
        }
    }

    /** Whether there is anything in the file. */
    boolean holdsSomething() {
        try {
            return Files.exists(path) && Files.size(path) > 0;
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(path + ": " + e), e);
        }
    }

    /** Whether whoever wrote it last was cut short: a database that was closed has no log beside it. */
    boolean wasLeft() {
        try {
            return WriteAheadLog.isLeft(path);
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(path + ": " + e), e);
        }
    }

    Statements openWriter() {
        return open(SHARED_PRAGMAS + WRITER_PRAGMAS);
    }

    Statements openReader() {
        return open(SHARED_PRAGMAS + READER_PRAGMAS);
    }

    private Statements open(String pragmas) {
        SqliteDriver.load();
        Statements statements;
        try {
            statements = new Statements(path.toString(), JDBC.createConnection("jdbc:sqlite:" + path, unlocked()));
        } catch (SQLException e) {
            throw SqliteFailures.translate(e, path.toString());
        }
        try {
            statements.script(pragmas);
            return statements;
        } catch (StoreException e) {
            statements.close();
            throw e;
        }
    }

    /** {@link Statements} are used by one thread at a time, so SQLite need not lock a connection at every call. */
    private static Properties unlocked() {
        SQLiteConfig config = new SQLiteConfig();
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        return config.toProperties();
    }

    /** The folder a path lies in. */
    static Path folderOf(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent(), "a database or its folder is never the root");
    }

    /** Makes the names in a folder durable. */
    static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw new StoreException(new StoreFailure.StorageFault(folder + ": " + e), e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
