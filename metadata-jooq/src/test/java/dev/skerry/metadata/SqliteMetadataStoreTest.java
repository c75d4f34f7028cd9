package dev.skerry.metadata;

import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.MetadataStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteMetadataStoreTest extends MetadataStoreContract {
    private final SlotsOnDisk slots;

    SqliteMetadataStoreTest(@TempDir Path folder) {
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
}
