package dev.skerry.metadata;

import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.CommitLogContract;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteCommitLogTest extends CommitLogContract {
    private final SlotsOnDisk slots;

    SqliteCommitLogTest(@TempDir Path folder) {
        slots = new SlotsOnDisk(folder);
    }

    @AfterEach
    void close() {
        slots.close();
    }

    @Override
    protected CommitLog log() {
        return slots.log();
    }

    @Override
    protected MetadataStore store() {
        return slots.store();
    }

    @Override
    protected void reopen() {
        slots.reopen();
    }

    @Override
    protected List<SequencedEvent> told() {
        return slots.told;
    }
}
