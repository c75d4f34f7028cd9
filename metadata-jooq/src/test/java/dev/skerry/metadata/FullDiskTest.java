package dev.skerry.metadata;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command.PutBlob;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite runs out of pages just as it does on a full disk, only sooner. */
class FullDiskTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final String BODY = "x".repeat(4096);

    private final Commands commands = new Commands();
    private final SlotDatabases databases;
    private final Statements connection;
    private final SlotWriter writer;
    private final SqliteMetadataStore store;

    FullDiskTest(@TempDir Path folder) {
        databases = SlotDatabases.open(folder.resolve("slots"), 1, Thread::new, () -> Instant.EPOCH);
        connection = databases.writer(SLOT);
        connection.script("pragma max_page_count = 100");
        writer = new SlotWriter(
                SLOT,
                () -> connection,
                new SlotMachine(),
                List.of(),
                new SqliteCommitLog.Settings(64, Duration.ofSeconds(60), 32),
                Thread::new,
                StoreListener.NONE);
        writer.start();
        store = new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT);
        store.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        store.close();
        writer.close();
        writer.awaitEnd();
        databases.close();
    }

    private PutBlob put(int i) {
        return commands.put(Commands.path("key-" + i), BODY, Versioning.OFF);
    }

    private List<BlobMeta> fill() {
        List<BlobMeta> written = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 200; i++) {
                        written.add(((Written) writer.commit(put(i))).meta());
                    }
                })
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.failure()).isInstanceOf(StoreFailure.InsufficientStorage.class));
        assertThat(written).isNotEmpty();
        return written;
    }

    @Test
    void aWriteWithoutRoomIsRefusedAndWhatWasWrittenStays() {
        List<BlobMeta> written = fill();

        for (BlobMeta meta : written) {
            assertThat(store.open(SLOT, meta.path(), CURRENT).orElseThrow().meta())
                    .isEqualTo(meta);
        }
        assertThat(store.statistics(SLOT).generations()).isEqualTo(written.size());
        assertThat(store.lastSequence(SLOT)).isEqualTo(written.size());
    }

    @Test
    void deletingGoesOnWhereRoomIsLeftForIt() {
        List<BlobMeta> written = fill();
        connection.script("pragma max_page_count = 110"); // the reserve that a node keeps free of bodies

        writer.commit(commands.delete(written.getFirst().path(), Versioning.OFF));

        assertThat(store.find(SLOT, written.getFirst().path(), CURRENT)).isEmpty();
    }

    @Test
    void writesGoOnOnceThereIsRoomAgain() {
        int written = fill().size();
        connection.script("pragma max_page_count = 1000");

        writer.commit(put(1000));

        assertThat(store.statistics(SLOT).generations()).isEqualTo(written + 1);
    }

    @Test
    void manyAtOnceEachHearTheTruth() throws Exception {
        List<PutBlob> puts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            puts.add(put(i));
        }
        int succeeded = 0;
        try (ExecutorService executor = Executors.newFixedThreadPool(32)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (PutBlob put : puts) {
                results.add(executor.submit(() -> isWritten(put)));
            }
            for (int i = 0; i < results.size(); i++) {
                boolean written = results.get(i).get();
                assertThat(store.find(SLOT, puts.get(i).path(), CURRENT).isPresent())
                        .isEqualTo(written);
                succeeded += written ? 1 : 0;
            }
        }
        assertThat(succeeded).isBetween(1, 199);
        assertThat(store.lastSequence(SLOT)).isEqualTo(succeeded);
    }

    private boolean isWritten(PutBlob put) {
        try {
            return writer.commit(put) instanceof Written;
        } catch (StoreException e) {
            assertThat(e.failure()).isInstanceOf(StoreFailure.InsufficientStorage.class);
            return false;
        }
    }
}
