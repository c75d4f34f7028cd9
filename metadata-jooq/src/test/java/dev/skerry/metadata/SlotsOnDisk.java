package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.event.SequencedEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Two slots in a folder, with the log that writes them and the store that reads them. */
final class SlotsOnDisk implements AutoCloseable {
    static final SlotId SLOT = new SlotId(1);

    final List<SequencedEvent> told = new CopyOnWriteArrayList<>();
    private final Path folder;
    private SlotDatabases databases;
    private SqliteCommitLog log;
    private SqliteMetadataStore store;

    SlotsOnDisk(Path folder) {
        this.folder = folder;
        this.databases = openDatabases();
        this.log = openLog();
        this.store = openStore();
    }

    private SlotDatabases openDatabases() {
        return SlotDatabases.open(folder, 2, Thread::new, () -> Instant.EPOCH);
    }

    private SqliteCommitLog openLog() {
        SqliteCommitLog opened = new SqliteCommitLog(
                databases,
                new SlotMachine(),
                List.of(told::add),
                Thread::new,
                new SqliteCommitLog.Settings(64, Duration.ofSeconds(60), 32),
                StoreListener.NONE);
        opened.start();
        return opened;
    }

    private SqliteMetadataStore openStore() {
        SqliteMetadataStore opened = new SqliteMetadataStore(
                databases, Thread::new, new SqliteMetadataStore.Settings(2, 1, 64, Duration.ofSeconds(60)));
        opened.start();
        return opened;
    }

    SqliteCommitLog log() {
        return log;
    }

    SqliteMetadataStore store() {
        return store;
    }

    Path file() {
        return databases.file(SLOT).path();
    }

    void reopen() {
        close();
        databases = openDatabases();
        log = openLog();
        store = openStore();
    }

    @Override
    public void close() {
        store.close();
        log.close();
        databases.close();
    }
}
