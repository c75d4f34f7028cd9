package dev.skerry.metadata;

import static dev.skerry.metadata.Sql.parameter;
import static dev.skerry.metadata.schema.slot.Tables.SCHEMA_MIGRATIONS;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

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

/**
 * The numbered scripts that bring a database to the newest schema. What was applied is recorded with the script's
 * digest, so that a script changed after the fact, or a database of a newer program, is refused rather than guessed at.
 */
final class SchemaMigrations {
    // both databases have a table of this name and these columns
    private static final Sql TABLES = Sql.scalar(select(count()).from(table(name("sqlite_master"))));
    private static final Sql HAS_RECORD = Sql.scalar(select(count())
            .from(table(name("sqlite_master")))
            .where(field(name("name"), String.class).eq(inline(SCHEMA_MIGRATIONS.getName()))));
    private static final Sql NEWEST =
            Sql.scalar(select(max(SCHEMA_MIGRATIONS.VERSION)).from(SCHEMA_MIGRATIONS));
    private static final Sql DIGEST = Sql.scalar(select(SCHEMA_MIGRATIONS.SHA256)
            .from(SCHEMA_MIGRATIONS)
            .where(SCHEMA_MIGRATIONS.VERSION.eq(parameter(SCHEMA_MIGRATIONS.VERSION))));
    private static final Sql RECORD = Sql.change(insertInto(SCHEMA_MIGRATIONS)
            .columns(
                    SCHEMA_MIGRATIONS.VERSION,
                    SCHEMA_MIGRATIONS.NAME,
                    SCHEMA_MIGRATIONS.SHA256,
                    SCHEMA_MIGRATIONS.APPLIED_AT)
            .values(
                    parameter(SCHEMA_MIGRATIONS.VERSION),
                    parameter(SCHEMA_MIGRATIONS.NAME),
                    parameter(SCHEMA_MIGRATIONS.SHA256),
                    parameter(SCHEMA_MIGRATIONS.APPLIED_AT)));

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
        return new SchemaMigrations("/db/slot/", List.of("V1__slot"));
    }

    /** Those of {@code catalog.sqlite3}. */
    static SchemaMigrations ofCatalog() {
        return new SchemaMigrations("/db/catalog/", List.of("V1__catalog"));
    }

    /** Checks what was applied and applies the rest, each script in a transaction of its own. */
    void migrate(DatabaseFile file, Statements statements, InstantSource clock) {
        long applied = applied(file, statements);
        if (applied > scripts.size()) {
            throw refusal(file, "schema version " + applied + " (expected: " + scripts.size()
                    + " or lower; a newer program wrote it)");
        }
        for (Script script : scripts) {
            if (script.version() > applied) {
                apply(script, statements, clock);
            } else {
                check(script, file, statements);
            }
        }
    }

    private static long applied(DatabaseFile file, Statements statements) {
        if (statements.number(HAS_RECORD) != 0) {
            return statements.number(NEWEST);
        }
        if (statements.number(TABLES) != 0) {
            throw refusal(file, "tables of another program");
        }
        return 0;
    }

    private static void check(Script script, DatabaseFile file, Statements statements) {
        String recorded = statements.text(DIGEST, script.version()).orElse("none");
        if (!recorded.equals(script.sha256())) {
            throw refusal(file, "schema script " + script.name() + " applied with sha256 " + recorded
                    + " (expected: " + script.sha256() + ")");
        }
    }

    private static void apply(Script script, Statements statements, InstantSource clock) {
        statements.beginWrite();
        try {
            statements.script(script.text());
            statements.run(RECORD, script.version(), script.name(), script.sha256(), clock.millis());
            statements.commit();
        } catch (StoreException e) {
            statements.rollback();
            throw e;
        }
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
            String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            return new Script(version, name, new String(bytes, StandardCharsets.UTF_8), sha256);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
