package dev.skerry.metadata;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SQLite's library. Where nobody says where its library lies, the driver unpacks a copy into the temporary folder and
 * removes it at exit, so that each process that is killed leaves one for ever. Here it goes to a folder of its own,
 * which is deleted as soon as the library is loaded: a system that can map a file keeps it until the process ends.
 *
 * <p>The driver loads its library once for the whole process; that this class remembers so is the one static state.
 */
public final class SqliteDriver {
    private static final Logger log = LoggerFactory.getLogger(SqliteDriver.class);
    private static final String LIBRARY_FOLDER = "org.sqlite.lib.path";
    private static final String UNPACK_FOLDER = "org.sqlite.tmpdir";

    /** Guarded by the class. */
    private static boolean loaded;

    private SqliteDriver() {}

    /** Loads the library, the first time; to be called before a connection is opened. Blocks that once on disk. */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        if (System.getProperty(LIBRARY_FOLDER) == null && System.getProperty(UNPACK_FOLDER) == null) {
            unpackAndForget();
        }
        loaded = true;
    }

    private static void unpackAndForget() {
        try {
            Path folder = Files.createTempDirectory("skerry-sqlite-");
            System.setProperty(UNPACK_FOLDER, folder.toString());
            try (Connection _ = DriverManager.getConnection("jdbc:sqlite::memory:")) {
                log.debug("SQLite is loaded unpacked_in={}", folder);
            } finally {
                System.clearProperty(UNPACK_FOLDER);
                delete(folder);
            }
        } catch (IOException | SQLException e) {
            // the driver does it its own way at the next connection, or says there why it cannot
            log.debug("SQLite could not be unpacked into a folder of its own", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
