package dev.skerry.metadata;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbered scripts that bring a database to the newest schema. What was applied is recorded with the script's
 * digest, so that a script changed after the fact, or a database of a newer program, is refused rather than guessed at.
 * The record is verified as rows are: what no program of ours can have written is damage.
 *
 * <p>This is where SQL is written by hand: both kinds of database go through here, and every start does, at a moment
 * when loading jOOQ would be felt.
 */
final class SchemaMigrations {
    private static final Logger log = LoggerFactory.getLogger(SchemaMigrations.class);

    private static final String TABLES = "select count(*) from sqlite_master";
    private static final String HAS_RECORD = "select count(*) from sqlite_master where name = 'schema_migrations'";
    private static final String RECORDED = "select count(*) from schema_migrations";
    private static final String NEWEST = "select max(version) from schema_migrations";
    private static final String OWNER = "select value from applied where name = 'owner'";

    private final List<Script> scripts;

    /** One numbered script. */
    private record Script(long version, String name, String text, String sha256) {}

    /** The scripts of these resources, which are versions 1, 2, … */
    private SchemaMigrations(String folder, List<String> names) {
        this.scripts = IntStream.range(0, names.size())
                .mapToObj(i -> load(i + 1, folder, names.get(i)))
                .toList();
    }

    /** Those of {@code slots/<id>/meta.sqlite3}. */
    static SchemaMigrations ofSlot() {
        return new SchemaMigrations("/db/slot/", List.of("V1__slot", "V2__listing_index"));
    }

    /** Those of {@code catalog.sqlite3}. */
    static SchemaMigrations ofCatalog() {
        return new SchemaMigrations("/db/catalog/", List.of("V1__catalog", "V2__cluster"));
    }

    /**
     * Checks what was applied and applies the rest in one transaction; a new database is given to its owner. What takes
     * its time, since rows are there already, is logged when it begins and when it has ended.
     *
     * @param owner the number of the slot whose database it is to be, or of none
     */
    void migrate(DatabaseFile file, Statements statements, long owner, InstantSource clock) {
        long applied = applied(file, statements);
        if (applied > scripts.size()) {
            throw refusal(
                    file,
                    "schema version " + applied + " (expected: " + scripts.size()
                            + " or lower; a newer program wrote it)");
        }
        for (Script script : scripts.subList(0, Math.toIntExact(applied))) {
            if (statements.ask("select count(*) from schema_migrations where version = %d and sha256 = '%s'"
                            .formatted(script.version(), script.sha256()))
                    == 0) {
                throw damaged(
                        file,
                        "schema script " + script.name() + " was applied in another form (expected: sha256 "
                                + script.sha256() + ")");
            }
        }
        List<Script> missing = scripts.subList(Math.toIntExact(applied), scripts.size());
        if (applied == 0) {
            apply(missing, statements, owner, clock);
        } else if (!missing.isEmpty()) {
            upgrade(file, missing, statements, owner, clock);
        }
        long found = statements.ask(OWNER);
        if (found != owner) {
            throw damaged(file, "the database of slot " + found + " (expected: of slot " + owner + ")");
        }
    }

    private static long applied(DatabaseFile file, Statements statements) {
        if (statements.ask(HAS_RECORD) != 0) {
            long newest = statements.ask(NEWEST);
            if (statements.ask(RECORDED) != newest) {
                throw damaged(file, "the record of its schema has gaps");
            }
            return newest;
        }
        if (statements.ask(TABLES) != 0) {
            throw damaged(file, "tables of another program");
        }
        return 0;
    }

    /** An index is sorted in as much room as it takes, which is a file here and not memory. */
    private static void upgrade(
            DatabaseFile file, List<Script> missing, Statements statements, long owner, InstantSource clock) {
        String newest = missing.getLast().name();
        log.info("a database is upgraded database={} to={}", file, newest);
        long begun = clock.millis();
        statements.script("pragma temp_store = file");
        apply(missing, statements, owner, clock);
        statements.script("pragma temp_store = memory");
        // what was written is as large in the log, which would keep it until the next checkpoint finds no reader
        statements.ask("pragma wal_checkpoint(truncate)");
        log.info("a database was upgraded database={} to={} ms={}", file, newest, clock.millis() - begun);
    }

    private static void apply(List<Script> missing, Statements statements, long owner, InstantSource clock) {
        statements.beginWrite();
        try {
            for (Script script : missing) {
                apply(script, statements, owner, clock);
            }
            statements.commit();
        } catch (StoreException e) {
            statements.rollback();
            throw e;
        }
    }

    private static void apply(Script script, Statements statements, long owner, InstantSource clock) {
        statements.script(script.text());
        statements.script("insert into schema_migrations values (%d, '%s', '%s', %d)"
                .formatted(script.version(), script.name(), script.sha256(), clock.millis()));
        if (script.version() == 1) {
            statements.script(
                    "insert into applied values ('owner', %d), ('trimmed', 0), ('barriers', 0)".formatted(owner));
        }
    }

    /** It cannot be what this program wrote. */
    private static StoreException damaged(DatabaseFile file, String detail) {
        return new StoreException(new StoreFailure.Corrupt(file + ": " + detail));
    }

    private static StoreException refusal(DatabaseFile file, String detail) {
        return new StoreException(new StoreFailure.StorageFault(file + ": " + detail));
    }

    private static Script load(long version, String folder, String name) {
        String resource = folder + name + ".sql";
        try (InputStream stream = SchemaMigrations.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("resource " + resource + " is missing");
            }
            byte[] bytes = stream.readAllBytes();
            String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new Script(version, name, new String(bytes, StandardCharsets.UTF_8), sha256);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
