package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.SlotTables;
import dev.skerry.blob.commit.SlotTablesContract;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteSlotTablesTest extends SlotTablesContract {
    private static final SlotId SLOT = new SlotId(0);

    private final SlotDatabases databases;
    private final Statements statements;
    private final SqliteSlotTables tables;

    SqliteSlotTablesTest(@TempDir Path folder) {
        databases = SlotDatabases.open(folder.resolve("slots"), 1, Thread::new, () -> Instant.EPOCH);
        statements = databases.writer(SLOT);
        tables = new SqliteSlotTables(SLOT, statements);
    }

    @AfterEach
    void close() {
        statements.close();
        databases.close();
    }

    @Override
    protected <T> T inTransaction(Function<SlotTables, T> work) {
        statements.beginWrite();
        tables.transactionBegins();
        tables.commandBegins();
        T result = work.apply(tables);
        statements.commit();
        return result;
    }
}
