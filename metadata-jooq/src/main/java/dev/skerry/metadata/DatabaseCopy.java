package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.OwnerOnly;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Copies of a database for other nodes, and the copy of another node that takes its place. They lie beside it, so that
 * a move is all it takes.
 */
final class DatabaseCopy {
    private static final String OUTGOING = ".copy-";
    private static final String INCOMING = ".incoming";
    private static final AtomicLong NUMBERS = new AtomicLong();

    private DatabaseCopy() {}

    /** Deletes what a node that was cut short left behind. */
    static void removeLeftovers(DatabaseFile file) {
        Path folder = DatabaseFile.folderOf(file.path());
        String name = String.valueOf(file.path().getFileName());
        if (!Files.isDirectory(folder)) {
            return;
        }
        for (String kind : List.of(OUTGOING, INCOMING)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, name + kind + "*")) {
                for (Path each : left) {
                    Files.deleteIfExists(each);
                }
            } catch (IOException e) {
                throw failed(file, e);
            }
        }
    }

    /** Copies what is committed, by a connection of its own; others read and write meanwhile. */
    static Path of(DatabaseFile file) {
        Path copy = beside(file, OUTGOING + NUMBERS.incrementAndGet());
        try (Statements statements = file.openReader()) {
            into(copy, statements);
            return copy;
        }
    }

    /** The same by a connection that is in no transaction. */
    static Path of(DatabaseFile file, Statements statements) {
        Path copy = beside(file, OUTGOING + NUMBERS.incrementAndGet());
        into(copy, statements);
        return copy;
    }

    private static void into(Path copy, Statements statements) {
        boolean whole = false;
        try {
            Files.createFile(copy, OwnerOnly.file(copy));
            boolean mayWrite = statements.ask("pragma query_only") == 0;
            statements.script("pragma query_only = off");
            statements.script("vacuum into '" + copy.toString().replace("'", "''") + "'");
            if (!mayWrite) {
                statements.script("pragma query_only = on");
            }
            whole = true;
        } catch (IOException e) {
            throw failed(new DatabaseFile(copy), e);
        } finally {
            if (!whole) {
                delete(copy);
            }
        }
    }

    /** Where a copy of another node is put; nothing is there. */
    static Path incoming(DatabaseFile file) {
        Path incoming = beside(file, INCOMING);
        for (String part : List.of("", "-wal", "-shm", "-journal")) {
            delete(incoming.resolveSibling(incoming.getFileName() + part));
        }
        return incoming;
    }

    /** What was put there. */
    static DatabaseFile arrived(DatabaseFile file) {
        return new DatabaseFile(beside(file, INCOMING));
    }

    /** A connection to what arrived, once it is found whole and of this program's schema; the caller closes it. */
    static Statements checked(DatabaseFile arrived, SchemaMigrations migrations, long owner, InstantSource clock) {
        if (!arrived.holdsSomething()) {
            throw new StoreException(new StoreFailure.Corrupt(arrived + " is not there, or is empty"));
        }
        Statements statements = arrived.openWriter();
        boolean whole = false;
        try {
            migrations.migrate(arrived, statements, owner, clock);
            String answer = statements.askText("pragma integrity_check(1)");
            if (!answer.equals("ok")) {
                throw new StoreException(new StoreFailure.Corrupt(arrived + ": " + answer));
            }
            whole = true;
            return statements;
        } finally {
            if (!whole) {
                statements.close();
            }
        }
    }

    /**
     * Moves what arrived in place of the database. Nobody may be connected to either: whoever closes a database last
     * deletes the write-ahead log of that name, whose ever it is by then.
     *
     * @param damaged whether what there is is given up, with its write-ahead log
     */
    static void takeOver(DatabaseFile file, boolean damaged) {
        DatabaseFile arrived = arrived(file);
        for (String part : List.of("-wal", "-shm", "-journal")) {
            if (damaged) {
                delete(beside(file, part));
            }
            delete(beside(arrived, part));
        }
        if (file.wasLeft()) {
            throw new StoreException(
                    new StoreFailure.StorageFault(file + ": its write-ahead log could not be moved into it"));
        }
        try {
            Files.move(
                    arrived.path(), file.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(file, e);
        }
        DatabaseFile.syncFolder(DatabaseFile.folderOf(file.path()));
    }

    private static Path beside(DatabaseFile file, String suffix) {
        return file.path().resolveSibling(file.path().getFileName() + suffix);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed(new DatabaseFile(file), e);
        }
    }

    private static StoreException failed(DatabaseFile file, IOException failure) {
        return new StoreException(new StoreFailure.StorageFault(file + ": " + failure), failure);
    }
}
