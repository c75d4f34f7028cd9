package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.Durability;
import dev.skerry.blob.PartRef;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import dev.skerry.blob.part.PartReader;
import dev.skerry.blob.part.PartStore;
import dev.skerry.config.ByteSize;
import dev.skerry.config.Settings.DurabilitySettings;
import dev.skerry.metadata.SlotDatabases;
import dev.skerry.metadata.SqliteCommitLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeriodicSyncTest {
    @TempDir
    private Path folder;

    /** A stricter command in its batch makes a row durable and leaves none to count, its files not. */
    @Test
    void filesAreSyncedThoughNoCommandIsUnsyncedAndAfterAFailureToo() throws Exception {
        CountingParts parts = new CountingParts();
        try (SlotDatabases databases =
                        SlotDatabases.open(folder, 1, Thread.ofPlatform().factory(), InstantSource.system());
                SqliteCommitLog commitLog = new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(),
                        Thread.ofPlatform().factory(),
                        SqliteCommitLog.Settings.DEFAULT,
                        StoreListener.NONE)) {
            commitLog.start();
            try (PeriodicSync sync = new PeriodicSync(
                    parts,
                    new Unsynced(commitLog::unsyncedCommands, commitLog::unsyncedBytes, commitLog::sync),
                    new DurabilitySettings(Durability.PERIODIC, Duration.ofMillis(10), ByteSize.ofMiB(1)),
                    Thread.ofPlatform().factory())) {
                sync.start();
                assertThat(parts.syncs.tryAcquire(3, 3, TimeUnit.MINUTES)).isTrue();
            }
        }
    }

    /** Part files that count how often they are synced; the first time fails. */
    private static final class CountingParts implements PartStore {
        private final Semaphore syncs = new Semaphore(0);
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void sync() {
            syncs.release();
            if (count.incrementAndGet() == 1) {
                throw new StoreException(new StoreFailure.StorageFault("the disk is gone for a moment"));
            }
        }

        @Override
        public Staging stage(SlotId slot, BlobId blobFolder, Durability durability) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PartReader open(SlotId slot, PartRef part) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void discard(SlotId slot, BlobId blobFolder) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void folders(SlotId slot, Consumer<BlobId> visitor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean hasRoom(long bytes) {
            return true;
        }
    }
}
