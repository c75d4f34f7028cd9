package dev.skerry.metadata;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.skerry.blob.BlobContent;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.StoredBlob;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.UploadPart;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore.Scan;
import dev.skerry.blob.commit.MetadataStore.Scope;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bits of a closed database flip; then every read gives what was written, nothing, or a failure: never other bytes. */
class DamagedPagesTest {
    private static final SlotId SLOT = new SlotId(0);
    private static final int SEEDS = Integer.getInteger("skerry.seeds", 80);

    @TempDir
    private Path folder;

    private final Commands commands = new Commands();
    private final Map<BlobPath, StoredBlob> written = new HashMap<>();
    private final Map<BlobId, StoredBlob> byId = new HashMap<>();
    private final List<UploadPart> uploadParts = new ArrayList<>();
    private final Command.Upload upload =
            commands.begin(Commands.path("upload"), null, null).upload();

    @Test
    void noFlippedBitIsServed() throws IOException {
        Path original = folder.resolve("original");
        write(original);
        byte[] intact = Files.readAllBytes(original.resolve("0/meta.sqlite3"));
        int refused = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Path damaged = folder.resolve("seed-" + seed);
            Files.createDirectories(damaged.resolve("0"));
            Files.write(damaged.resolve("0/meta.sqlite3"), flipped(intact, seed));
            try {
                refused += read(damaged);
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed, e);
            }
        }
        assertThat(refused).isPositive();
    }

    private void write(Path slots) {
        try (SlotDatabases databases = SlotDatabases.open(slots, 1, Thread::new, () -> Instant.EPOCH);
                SqliteCommitLog log = new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(),
                        Thread::new,
                        SqliteCommitLog.Settings.DEFAULT,
                        StoreListener.NONE)) {
            log.start();
            for (int i = 1; i <= 60; i++) {
                BlobPath path = Commands.path("folder-" + i % 7 + "/key-" + i);
                Command.PutBlob put = i % 3 == 0
                        ? commands.put(
                                path, Commands.inFiles(commands.id(), "0123456789".repeat(i), 7), Versioning.ENABLED)
                        : commands.put(path, "body of " + i + " ".repeat(i * 20), Versioning.ENABLED);
                BlobMeta meta = ((Written) log.commit(SLOT, put)).meta();
                StoredBlob blob = new StoredBlob(meta, put.body().content());
                written.put(path, blob);
                byId.put(meta.blobId(), blob);
            }
            log.commit(SLOT, new Command.BeginUpload(commands.origin(), upload));
            for (int number = 1; number <= 20; number++) {
                Command.AddUploadPart add = commands.addPart(upload, number, "part " + number);
                log.commit(SLOT, add);
                uploadParts.add(add.part());
            }
        }
    }

    private static byte[] flipped(byte[] intact, int seed) {
        Random random = new Random(seed);
        byte[] damaged = intact.clone();
        int flips = 1 << random.nextInt(8);
        for (int i = 0; i < flips; i++) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    /** Reads everything there is and says how many reads failed. */
    private int read(Path slots) {
        List<Integer> refused = new ArrayList<>();
        orRefused(refused, () -> {
            try (SlotDatabases databases = SlotDatabases.open(slots, 1, Thread::new, () -> Instant.EPOCH);
                    SqliteMetadataStore store =
                            new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT)) {
                store.start();
                written.forEach((path, blob) -> {
                    orRefused(refused, () -> store.open(SLOT, path, CURRENT).ifPresent(found -> same(found, blob)));
                    orRefused(
                            refused,
                            () -> store.newest(SLOT, path)
                                    .ifPresent(found -> assertThat(found).isEqualTo(blob.meta())));
                    orRefused(
                            refused,
                            () -> store.generations(SLOT, path, 10)
                                    .forEach(found -> assertThat(found).isEqualTo(blob.meta())));
                });
                byId.forEach((blobId, blob) ->
                        orRefused(refused, () -> store.byBlobId(SLOT, blobId).ifPresent(found -> same(found, blob))));
                scan(store, refused);
                orRefused(
                        refused,
                        () -> store.contents(SLOT, null, 100)
                                .forEach(found -> same(
                                        found,
                                        Objects.requireNonNull(
                                                byId.get(found.meta().blobId())))));
                orRefused(
                        refused,
                        () -> store.upload(SLOT, upload.path(), upload.uploadId())
                                .ifPresent(found -> assertThat(found).isEqualTo(upload)));
                orRefused(
                        refused,
                        () -> assertThat(uploadParts)
                                .usingRecursiveFieldByFieldElementComparator()
                                .containsAll(store.uploadParts(SLOT, upload.uploadId(), 0, 100)));
                orRefused(refused, () -> store.events(SLOT, 0, 100));
            }
        });
        return refused.size();
    }

    private void scan(SqliteMetadataStore store, List<Integer> refused) {
        for (Scope scope : Scope.values()) {
            Scan scan = new Scan("bucket", new byte[0], true, null, new Fold("", ""), scope, 100);
            orRefused(
                    refused,
                    () -> store.scan(SLOT, scan).forEach(listed -> {
                        BlobMeta meta = Objects.requireNonNull(written.get(listed.path()))
                                .meta();
                        assertThat(listed.blobId()).isEqualTo(meta.blobId());
                        assertThat(listed.generation()).isEqualTo(meta.generation());
                        assertThat(listed.etag()).isEqualTo(meta.etag());
                        assertThat(listed.nativeEtag()).isEqualTo(meta.nativeEtag());
                        assertThat(listed.sizeBytes()).isEqualTo(meta.sizeBytes());
                        assertThat(listed.createdAt()).isEqualTo(meta.createdAt());
                        assertThat(listed.checksums()).isEqualTo(meta.checksums());
                    }));
        }
    }

    private static void same(StoredBlob found, StoredBlob expected) {
        assertThat(found.meta()).isEqualTo(expected.meta());
        if (expected.content() instanceof BlobContent.Parts(var parts)) {
            assertThat(((BlobContent.Parts) found.content()).parts())
                    .usingRecursiveFieldByFieldElementComparator()
                    .isEqualTo(parts);
        } else {
            assertThat(((BlobContent.Inline) found.content()).bytes())
                    .isEqualTo(((BlobContent.Inline) expected.content()).bytes());
        }
    }

    private static void orRefused(List<Integer> refused, Runnable read) {
        try {
            read.run();
        } catch (StoreException e) {
            assertThat(e.failure())
                    .isInstanceOfAny(
                            StoreFailure.Corrupt.class,
                            StoreFailure.StorageFault.class,
                            StoreFailure.Quarantined.class);
            refused.add(1);
        }
    }
}
