package dev.skerry.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.BucketEpoch;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteReplicasTest {
    private static final SlotId SLOT = new SlotId(1);

    private final Path folder;
    private final Commands commands = new Commands();
    private final List<SequencedEvent> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger transactions = new AtomicInteger();
    private SlotDatabases databases;
    private SqliteReplicas replicas;

    SqliteReplicasTest(@TempDir Path folder) {
        this.folder = folder;
        this.databases = SlotDatabases.open(folder, 2, Thread::new, () -> Instant.EPOCH);
        this.replicas = open();
    }

    private SqliteReplicas open() {
        SqliteReplicas opened =
                new SqliteReplicas(databases, new SlotMachine(), List.of(told::add), Thread::new, new StoreListener() {
                    @Override
                    public void committed(int commands, long nanos) {
                        transactions.incrementAndGet();
                    }
                });
        opened.start();
        return opened;
    }

    @AfterEach
    void close() {
        replicas.close();
        databases.close();
    }

    private void reopen() {
        close();
        databases = SlotDatabases.open(folder, 2, Thread::new, () -> Instant.EPOCH);
        replicas = open();
    }

    private Command.PutBlob put(String key, String text) {
        return commands.put(Commands.path(key), text, Versioning.ENABLED);
    }

    /** The results, once reads see what the entry did. */
    private static @Nullable List<CommandResult> seen(SlotReplicas.Application application) {
        application.seen().join();
        return application.results().join();
    }

    private long generations() {
        try (SqliteMetadataStore store =
                new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT)) {
            store.start();
            return store.statistics(SLOT).generations();
        }
    }

    @Test
    void whatWasAppliedIsNotAppliedAgainAlsoAfterAReopen() {
        Command.PutBlob put = put("key", "text");
        LogPosition at = new LogPosition(3, 7);

        assertThat(seen(replicas.apply(SLOT, at, List.of(put))))
                .hasSize(1)
                .first()
                .isInstanceOf(CommandResult.Written.class);
        assertThat(seen(replicas.apply(SLOT, at, List.of(put)))).isNull();
        assertThat(replicas.position(SLOT)).isEqualTo(at);
        assertThat(told).hasSize(1);
        reopen();

        assertThat(replicas.position(SLOT)).isEqualTo(at);
        assertThat(replicas.position(new SlotId(0))).isEqualTo(LogPosition.START);
        assertThat(seen(replicas.apply(SLOT, new LogPosition(3, 6), List.of(put))))
                .isNull();
        assertThat(generations()).isEqualTo(1);
    }

    @Test
    void whatIsEmptiedBeginsAnewAndStaysSo() {
        seen(replicas.apply(SLOT, new LogPosition(3, 7), List.of(put("key", "text"))));
        replicas.sync(SLOT, new LogPosition(3, 9));
        replicas.erase(SLOT);

        assertThat(replicas.position(SLOT)).isEqualTo(LogPosition.START);
        assertThat(generations()).isZero();
        reopen();

        assertThat(replicas.position(SLOT)).isEqualTo(LogPosition.START);
        assertThat(databases.quarantined()).isEmpty();
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(put("other", "text"))));
        assertThat(generations()).isEqualTo(1);
    }

    @Test
    void entriesAreAppliedInTheirOrderHoweverTheyShareTransactions() {
        List<SlotReplicas.Application> applying = new ArrayList<>();
        for (int i = 1; i <= 600; i++) {
            applying.add(
                    replicas.apply(SLOT, new LogPosition(1, i), List.of(put("key", "a" + i), put("key", "b" + i))));
        }
        long generation = 0;
        for (SlotReplicas.Application each : applying) {
            for (CommandResult result : Objects.requireNonNull(seen(each))) {
                generation++;
                assertThat(((CommandResult.Written) result).meta().generation().value())
                        .isEqualTo(generation);
            }
        }
        assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(1, 600));
    }

    @Test
    void whatNobodyWaitsForSharesTransactionsAndKeepsItsPlace() {
        List<SlotReplicas.Application> applying = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            applying.add(replicas.applyLater(SLOT, new LogPosition(1, i), List.of(put("key", "text " + i))));
        }
        SlotReplicas.Application awaited =
                replicas.apply(SLOT, new LogPosition(1, 201), List.of(put("key", "text 201")));

        assertThat(generationOf(awaited.results().join())).isEqualTo(201);
        assertThat(applying).allMatch(each -> each.results().isDone());
        assertThat(transactions).hasValueLessThan(100);
    }

    private static long generationOf(@Nullable List<CommandResult> results) {
        CommandResult first = Objects.requireNonNull(results).getFirst();
        return ((CommandResult.Written) first).meta().generation().value();
    }

    /** By itself after a moment, and at once where somebody comes to wait. */
    @Test
    void whatNobodyWaitsForIsAppliedAllTheSame() {
        assertThat(seen(replicas.applyLater(SLOT, new LogPosition(1, 1), List.of(put("key", "first")))))
                .hasSize(1);

        SlotReplicas.Application second =
                replicas.applyLater(SLOT, new LogPosition(1, 2), List.of(put("key", "second")));
        replicas.hurry(SLOT);

        assertThat(seen(second)).hasSize(1);
        assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(1, 2));
    }

    /** Each waits for the results of the one before, and none for its commit. */
    @Test
    void resultsAreToldBeforeTheCommitThatManyShare() {
        List<SlotReplicas.Application> applied = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            applied.add(replicas.apply(SLOT, new LogPosition(1, i), List.of(put("key", "text " + i))));
            assertThat(generationOf(applied.getLast().results().join())).isEqualTo(i);
        }
        replicas.hurry(SLOT);

        applied.forEach(SqliteReplicasTest::seen);
        assertThat(transactions).hasValueLessThan(100);
        assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(1, 200));
        assertThat(generations()).isEqualTo(200);
        assertThat(told).hasSize(200);
    }

    /** However often somebody hurries, and whenever: nothing is waited for that is there. */
    @Test
    void whoeverHurriesSeesAllThatWasGivenBefore() {
        for (int i = 1; i <= 300; i++) {
            List<Command> put = List.of(put("key", "text " + i));
            LogPosition at = new LogPosition(1, i);
            SlotReplicas.Application application =
                    i % 3 == 0 ? replicas.applyLater(SLOT, at, put) : replicas.apply(SLOT, at, put);
            if (i % 2 == 0) {
                application.results().join();
            }
            replicas.hurry(SLOT);
            replicas.hurry(SLOT);
            if (i % 5 == 0) {
                application.seen().join();
                assertThat(replicas.position(SLOT)).isEqualTo(at);
            }
        }
        replicas.sync(SLOT, new LogPosition(1, 300));
        assertThat(generations()).isEqualTo(300);
    }

    @Test
    void whatWasToldIsCommittedBeforeTheEnd() {
        for (int i = 1; i <= 20; i++) {
            LogPosition at = new LogPosition(1, i);
            assertThat(replicas.apply(SLOT, at, List.of(put("key", "text " + i)))
                            .results()
                            .join())
                    .isNotNull();
            reopen();
            assertThat(replicas.position(SLOT)).isEqualTo(at);
        }
    }

    /** SQLite fsyncs nothing where a transaction changes nothing, however much was committed without before it. */
    @Test
    void aSyncWritesAlsoWhereThePositionIsThatOfTheRows() throws Exception {
        LogPosition at = new LogPosition(1, 5);
        seen(replicas.apply(SLOT, at, List.of(put("key", "text"))));
        Path path = databases.file(SLOT).path();
        Path wal = path.resolveSibling(path.getFileName() + "-wal");
        byte[] before = Files.readAllBytes(wal);

        replicas.sync(SLOT, at);
        byte[] once = Files.readAllBytes(wal);
        replicas.sync(SLOT, new LogPosition(1, 2));

        assertThat(once).isNotEqualTo(before);
        assertThat(Files.readAllBytes(wal)).isNotEqualTo(once);
        assertThat(replicas.position(SLOT)).isEqualTo(at);
    }

    @Test
    void aSyncSaysThatThereWasNothingForTheSlot() {
        seen(replicas.apply(SLOT, new LogPosition(1, 5), List.of(put("key", "text"))));

        replicas.sync(SLOT, new LogPosition(2, 90));
        replicas.sync(SLOT, new LogPosition(2, 80));
        reopen();

        assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(2, 90));
        assertThat(seen(replicas.apply(SLOT, new LogPosition(2, 91), List.of(put("key", "more")))))
                .isNotNull();
        assertThat(generations()).isEqualTo(2);
    }

    @Test
    void behindAFenceWhatWasMadeBeforeItIsRefused() {
        Command.FenceBucket fence =
                new Command.FenceBucket(commands.origin(), Commands.path("x").bucket(), 4);
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(fence)));
        reopen();

        assertThat(seen(replicas.apply(SLOT, new LogPosition(1, 2), List.of(inEpoch(3)))))
                .containsExactly(new CommandResult.Refused(new StoreFailure.BucketChanged(fence.name())));
        assertThat(seen(replicas.apply(SLOT, new LogPosition(1, 3), List.of(inEpoch(4)))))
                .first()
                .isInstanceOf(CommandResult.Written.class);
        assertThat(seen(replicas.apply(SLOT, new LogPosition(1, 4), List.of(put("key", "of no epoch")))))
                .first()
                .isInstanceOf(CommandResult.Written.class);
    }

    @Test
    void aDigestIsOfWhatWasGivenBeforeIt(@TempDir Path otherFolder) throws Exception {
        List<Command> puts = Stream.of("one", "two", "three", "four", "five")
                .map(key -> (Command) put(key, "text of " + key))
                .toList();
        List<CompletableFuture<RowDigest>> digests = new ArrayList<>();
        for (int i = 0; i < puts.size(); i++) {
            var _ = replicas.apply(SLOT, new LogPosition(1, i + 1), List.of(puts.get(i)));
            if (i % 2 == 0) {
                RowDigest digest = replicas.digest(SLOT).get(1, TimeUnit.MINUTES);
                digests.add(CompletableFuture.completedFuture(digest));
            }
        }
        assertThat(digests).extracting(digest -> digest.join().rows()).containsExactly(2L, 6L, 10L);

        try (SlotDatabases others = SlotDatabases.open(otherFolder, 2, Thread::new, () -> Instant.EPOCH);
                SqliteReplicas other =
                        new SqliteReplicas(others, new SlotMachine(), List.of(), Thread::new, StoreListener.NONE)) {
            other.start();
            var _ = other.apply(SLOT, new LogPosition(1, 3), puts.subList(0, 3));
            CompletableFuture<RowDigest> early = other.digest(SLOT);
            seen(other.apply(SLOT, new LogPosition(1, 5), puts.subList(3, 5)));

            assertThat(early.get(1, TimeUnit.MINUTES)).isEqualTo(digests.get(1).join());
            RowDigest late = other.digest(SLOT).get(1, TimeUnit.MINUTES);
            assertThat(late).isEqualTo(digests.get(2).join());
            assertThat(late.differing(early.join())).isNotEmpty();
            assertThat(other.digest(new SlotId(0)).get(1, TimeUnit.MINUTES).rows())
                    .isZero();
        }
    }

    @Test
    void aDigestFindsARowThatIsNotWhatWasWritten() throws Exception {
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(put("one", "text"))));
        try (Statements statements = databases.file(SLOT).openWriter()) {
            statements.script("update blobs set owner = 'somebody else'");
        }

        assertThatThrownBy(() -> replicas.digest(SLOT).get(1, TimeUnit.MINUTES))
                .cause()
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.failure()).isInstanceOf(StoreFailure.Corrupt.class));
    }

    @Test
    void aSlotThatWasSetAsideGoesOnWithAnotherNodesCopy(@TempDir Path otherFolder) throws Exception {
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(put("one", "other text"))));
        replicas.setAside(SLOT, "it differs");
        reopen();
        assertThat(databases.quarantined()).containsEntry(SLOT, "it differs");
        CompletableFuture<RowDigest> digest = replicas.digest(SLOT);

        arrives(otherFolder, new LogPosition(2, 9));
        replicas.replace(SLOT, new LogPosition(0, 9));

        assertThat(databases.quarantined()).isEmpty();
        assertThat(digest.get(1, TimeUnit.MINUTES).rows()).isEqualTo(6);
    }

    /** Another node, which has applied three entries; gives what this one is then sent. */
    private void arrives(Path otherFolder, LogPosition at) throws IOException {
        try (SlotDatabases others = SlotDatabases.open(otherFolder, 2, Thread::new, () -> Instant.EPOCH);
                SqliteReplicas other =
                        new SqliteReplicas(others, new SlotMachine(), List.of(), Thread::new, StoreListener.NONE)) {
            other.start();
            seen(other.apply(SLOT, new LogPosition(1, 1), List.of(put("one", "text"))));
            seen(other.apply(SLOT, new LogPosition(1, 2), List.of(put("two", "text"))));
            seen(other.apply(SLOT, at, List.of(put("three", "text"))));
            Path copy = other.copy(SLOT);
            Files.move(copy, replicas.incoming(SLOT));
        }
    }

    @Test
    void whatAnotherNodeHasIsReadAtOnceAndGoneOnWith(@TempDir Path otherFolder) throws Exception {
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(put("one", "text"))));
        try (SqliteMetadataStore store =
                new SqliteMetadataStore(databases, Thread::new, SqliteMetadataStore.Settings.DEFAULT)) {
            store.start();
            assertThat(store.statistics(SLOT).generations()).isEqualTo(1);
            arrives(otherFolder, new LogPosition(2, 9));

            replicas.replace(SLOT, new LogPosition(0, 9));

            assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(2, 9));
            assertThat(store.statistics(SLOT).generations()).isEqualTo(3);
            assertThat(seen(replicas.apply(SLOT, new LogPosition(2, 9), List.of(put("again", "text")))))
                    .isNull();
            assertThat(seen(replicas.apply(SLOT, new LogPosition(2, 10), List.of(put("four", "text")))))
                    .isNotNull();
            assertThat(store.statistics(SLOT).generations()).isEqualTo(4);
        }
        reopen();
        assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(2, 10));
        assertThat(generations()).isEqualTo(4);
    }

    @Test
    void whatIsNoFurtherOrNotFarEnoughChangesNothing(@TempDir Path otherFolder) throws Exception {
        seen(replicas.apply(SLOT, new LogPosition(1, 20), List.of(put("one", "text"))));
        arrives(otherFolder, new LogPosition(1, 9));
        replicas.replace(SLOT, new LogPosition(0, 9));

        assertThat(generations()).isEqualTo(1);
        assertThatThrownBy(() -> replicas.replace(SLOT, new LogPosition(0, 30))).isInstanceOf(StoreException.class);
        assertThat(replicas.position(SLOT)).isEqualTo(new LogPosition(1, 20));
    }

    @Test
    void aDamagedCopyIsRefused() throws Exception {
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(put("one", "text"))));
        Files.writeString(replicas.incoming(SLOT), "no database ".repeat(1000));

        assertThatThrownBy(() -> replicas.replace(SLOT, LogPosition.START)).isInstanceOf(StoreException.class);

        assertThat(replicas.inService(SLOT)).isTrue();
        assertThat(generations()).isEqualTo(1);
        assertThat(seen(replicas.apply(SLOT, new LogPosition(1, 2), List.of(put("two", "text")))))
                .isNotNull();
    }

    @Test
    void aSlotOutOfServiceGoesOnWithWhatItWasGivenMeanwhile(@TempDir Path otherFolder) throws Exception {
        seen(replicas.apply(SLOT, new LogPosition(1, 1), List.of(put("one", "text"))));
        databases.quarantineForGood(SLOT, "a test says so");
        SlotReplicas.Application waiting = replicas.apply(SLOT, new LogPosition(2, 10), List.of(put("four", "text")));
        arrives(otherFolder, new LogPosition(2, 9));
        assertThat(waiting.results()).isNotDone();

        replicas.replace(SLOT, new LogPosition(0, 1));

        assertThat(seen(waiting)).isNotNull();
        assertThat(replicas.inService(SLOT)).isTrue();
        assertThat(generations()).isEqualTo(4);
        reopen();
        assertThat(databases.quarantined()).isEmpty();
        assertThat(generations()).isEqualTo(4);
    }

    @Test
    void copiesThatWereLeftBehindAreDeleted() throws Exception {
        Path copy = replicas.copy(SLOT);
        Files.writeString(replicas.incoming(SLOT), "half of one");

        reopen();

        try (Stream<Path> files = Files.list(Objects.requireNonNull(copy.getParent()))) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .allMatch(name -> name.startsWith("meta.sqlite3"))
                    .noneMatch(name -> name.contains("copy") || name.contains("incoming"));
        }
    }

    private Command inEpoch(long epoch) {
        Command.PutBlob put = put("key", "text");
        return new Command.PutBlob(
                put.origin().of(new BucketEpoch(put.path().bucket(), epoch)),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                put.body(),
                put.attributes(),
                put.requested(),
                put.writeId());
    }
}
