package dev.skerry.metadata;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot that cannot be trusted is out of service, and it alone. */
class QuarantineTest {
    private static final SlotId BAD = new SlotId(0);
    private static final SlotId GOOD = new SlotId(1);
    private static final int PAGE = 4096;

    @TempDir
    private Path slots;

    private final Commands commands = new Commands();

    /** A node's metadata, for the length of a block. */
    private record Node(SlotDatabases databases, SqliteCommitLog log, SqliteMetadataStore store)
            implements AutoCloseable {
        @Override
        public void close() {
            store.close();
            log.close();
            databases.close();
        }
    }

    private Node node(Path folder) {
        return node(SlotDatabases.open(folder, 2, Thread::new, () -> Instant.EPOCH));
    }

    private static Node node(SlotDatabases databases) {
        SqliteCommitLog log = new SqliteCommitLog(
                databases,
                new SlotMachine(),
                List.of(),
                Thread::new,
                SqliteCommitLog.Settings.DEFAULT,
                StoreListener.NONE);
        log.start();
        SqliteMetadataStore store =
                new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT);
        store.start();
        return new Node(databases, log, store);
    }

    private void fill(Node node) {
        fill(node, 400);
    }

    private void fill(Node node, int keys) {
        for (SlotId slot : List.of(BAD, GOOD)) {
            for (int i = 0; i < keys; i++) {
                write(node, slot, "key-" + i);
            }
        }
    }

    private void write(Node node, SlotId slot, String key) {
        node.log.commit(slot, commands.put(Commands.path(key), "body of " + key, Versioning.OFF));
    }

    private Path database(Path folder) {
        return folder.resolve("0/meta.sqlite3");
    }

    private static void overwrite(Path file, long from, long to) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(from);
            open.write(new byte[(int) (Math.min(to, open.length()) - from)]);
        }
    }

    private void assertBadIsOutAndGoodIsIn(Node node) {
        assertThat(node.store.quarantined()).containsOnlyKeys(BAD);
        assertQuarantined(() -> node.store.find(BAD, Commands.path("key-1"), CURRENT));
        assertQuarantined(() -> write(node, BAD, "new"));
        assertThat(node.store.open(GOOD, Commands.path("key-1"), CURRENT)).isPresent();
        write(node, GOOD, "new");
        assertThat(node.store.find(GOOD, Commands.path("new"), CURRENT)).isPresent();
    }

    private static void assertQuarantined(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.failure())
                                .isInstanceOfSatisfying(
                                        StoreFailure.Quarantined.class,
                                        quarantined ->
                                                assertThat(quarantined.slot()).isEqualTo(BAD)));
    }

    @Test
    void aDatabaseThatCannotBeOpenedLeavesTheOthersInService() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        overwrite(database(slots), 0, PAGE);
        try (Node node = node(slots)) {
            assertBadIsOutAndGoodIsIn(node);
        }
        assertThat(slots.resolve("0/quarantined")).doesNotExist();
    }

    @Test
    void damageFoundByAReaderKeepsTheSlotOutOfServiceOverRestarts() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        overwrite(database(slots), 60 * PAGE, Long.MAX_VALUE);
        try (Node node = node(slots)) {
            assertThat(node.store.quarantined()).isEmpty();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 400; i++) {
                            node.store.open(BAD, Commands.path("key-" + i), CURRENT);
                        }
                    })
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
            assertBadIsOutAndGoodIsIn(node);
        }
        assertThat(slots.resolve("0/quarantined")).isNotEmptyFile();
        try (Node node = node(slots)) {
            assertBadIsOutAndGoodIsIn(node);
        }
    }

    @Test
    void damageFoundByTheWriterTakesTheSlotOutOfService() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        overwrite(database(slots), 60 * PAGE, Long.MAX_VALUE);
        try (Node node = node(slots)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 400; i++) {
                            write(node, BAD, "key-" + i);
                        }
                    })
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Corrupt.class));
            assertBadIsOutAndGoodIsIn(node);
        }
    }

    @Test
    void theCheckFindsWhatNobodyReads() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        overwrite(database(slots), 60 * PAGE, 61 * PAGE);
        try (Node node = node(slots);
                SlotChecker checker = new SlotChecker(node.databases, null, Thread::new)) {
            assertThat(checker.checkAll().damaged()).containsExactly(BAD);
            assertBadIsOutAndGoodIsIn(node);
            assertThat(checker.checkAll().damaged()).isEmpty();
        }
    }

    @Test
    void aDatabaseThatIsGoneIsNotTakenForANewOne() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        Files.delete(database(slots));
        try (Node node = node(slots)) {
            assertBadIsOutAndGoodIsIn(node);
        }
        assertThat(database(slots)).doesNotExist();
        Files.createFile(database(slots));
        try (Node node = node(slots)) {
            assertBadIsOutAndGoodIsIn(node);
        }
    }

    @Test
    void aDatabaseThatCannotBeReadLeavesTheOthersInService() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        Files.delete(database(slots));
        Files.createDirectory(database(slots));
        try (Node node = node(slots)) {
            assertBadIsOutAndGoodIsIn(node);
        }
    }

    @Test
    void aFirstStartThatWasCutShortIsGoneOnWith() throws IOException {
        node(slots).close();
        Files.delete(database(slots));
        try (Node node = node(slots)) {
            assertThat(node.store.quarantined()).isEmpty();
            write(node, BAD, "key");
        }
    }

    @Test
    void aNodeWithoutASoundSlotDoesNotStart() throws IOException {
        try (Node node = node(slots)) {
            fill(node);
        }
        overwrite(database(slots), 0, PAGE);
        overwrite(slots.resolve("1/meta.sqlite3"), 0, PAGE);
        assertThatThrownBy(() -> node(slots)).hasMessageContaining("every slot is quarantined");
    }

    /** Databases as a process leaves them that is killed: with all commits in the log. */
    private Path killed() throws IOException {
        Path copy = slots.resolve("killed");
        try (Node node = node(slots.resolve("running"))) {
            // few enough for the log not to begin anew
            fill(node, 60);
            for (SlotId slot : List.of(BAD, GOOD)) {
                Files.createDirectories(copy.resolve(slot.toString()));
                for (String file : List.of("meta.sqlite3", "meta.sqlite3-wal")) {
                    Files.copy(slots.resolve("running/" + slot + "/" + file), copy.resolve(slot + "/" + file));
                }
            }
        }
        return copy;
    }

    @Test
    void aTornTailOfTheLogIsDropped() throws IOException {
        Path killed = killed();
        Path log = killed.resolve("0/meta.sqlite3-wal");
        try (RandomAccessFile open = new RandomAccessFile(log.toFile(), "rw")) {
            open.setLength(open.length() - 1000);
        }
        assertThat(WriteAheadLog.read(log).damaged()).isFalse();
        try (Node node = node(killed)) {
            assertThat(node.store.quarantined()).isEmpty();
            assertThat(node.databases.left()).containsExactlyInAnyOrder(BAD, GOOD);
            assertThat(node.store.find(BAD, Commands.path("key-1"), CURRENT)).isPresent();
            assertThat(node.store.find(BAD, Commands.path("key-59"), CURRENT)).isEmpty();
        }
        try (Node node = node(killed)) {
            assertThat(node.databases.left()).isEmpty();
        }
    }

    @Test
    void aDatabaseThatWasLeftIsUncheckedUntilItWasReadThrough() throws IOException {
        try (Node node = node(killed());
                SlotChecker checker = new SlotChecker(node.databases, null, Thread::new)) {
            assertThat(node.store.unchecked()).containsExactlyInAnyOrder(BAD, GOOD);
            assertThat(checker.checkLeft().whole()).containsExactly(BAD, GOOD);
            assertThat(node.store.unchecked()).isEmpty();
            assertThat(checker.checkLeft().whole()).isEmpty();
        }
    }

    @Test
    void whatCannotBeSyncedOutOfServiceKeepsTheOthersFromNothing() {
        try (Node node = node(slots)) {
            for (SlotId slot : List.of(BAD, GOOD)) {
                node.log.commit(slot, periodic("key"));
            }
            node.databases.quarantineForGood(BAD, "for the test");
            assertThat(node.log.unsyncedCommands()).isEqualTo(2);
            node.log.sync();
            assertThat(node.log.unsyncedCommands())
                    .as("only those out of service are left")
                    .isEqualTo(1);
        }
    }

    private Command.PutBlob periodic(String key) {
        Command.PutBlob put = commands.put(Commands.path(key), "body", Versioning.OFF);
        return new Command.PutBlob(
                commands.origin(Durability.PERIODIC),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                put.body(),
                put.attributes(),
                null,
                null);
    }

    @Test
    void nobodyStagesBytesForASlotOutOfService() {
        try (Node node = node(slots)) {
            node.log.refuseQuarantined(BAD);
            node.databases.quarantineForGood(BAD, "for the test");
            assertQuarantined(() -> node.log.refuseQuarantined(BAD));
            node.log.refuseQuarantined(GOOD);
        }
    }

    @Test
    void aLogDamagedInItsMiddleTakesTheSlotOutOfServiceBeforeCommitsAreForgotten() throws IOException {
        Path killed = killed();
        Path log = killed.resolve("0/meta.sqlite3-wal");
        byte[] before = Files.readAllBytes(log);
        before[before.length / 2] ^= 1;
        Files.write(log, before);
        assertThat(WriteAheadLog.read(log).lostCommits()).isPositive();
        try (Node node = node(killed)) {
            assertBadIsOutAndGoodIsIn(node);
        }
        assertThat(Files.readAllBytes(log)).as("nobody touched it").isEqualTo(before);
    }

    @Test
    void aLogWhoseHeaderIsDamagedIsNotTakenForAnEmptyOne() throws IOException {
        Path killed = killed();
        for (int at : new int[] {0, 8, 16, 24}) {
            Path log = killed.resolve("0/meta.sqlite3-wal");
            byte[] bytes = Files.readAllBytes(log);
            bytes[at] ^= 16;
            Files.write(log, bytes);
            assertThat(WriteAheadLog.read(log).damaged()).as("byte %d", at).isTrue();
            bytes[at] ^= 16;
            Files.write(log, bytes);
        }
    }

    @Test
    void whereNotEveryCommitIsSyncedALogMayEndAnywhere() throws IOException {
        Path killed = killed();
        Path log = killed.resolve("0/meta.sqlite3-wal");
        overwrite(log, Files.size(log) / 2, Files.size(log) / 2 + 1);
        try (Node node = node(SlotDatabases.open(List.of(killed), 2, false, Thread::new, () -> Instant.EPOCH))) {
            assertThat(node.store.quarantined()).isEqualTo(Map.of());
            assertThat(node.store.find(BAD, Commands.path("key-1"), CURRENT)).isPresent();
        }
    }
}
