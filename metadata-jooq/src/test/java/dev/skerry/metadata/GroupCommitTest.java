package dev.skerry.metadata;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobAttributes;
import dev.skerry.blob.BlobId;
import dev.skerry.blob.BlobLock;
import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Durability;
import dev.skerry.blob.LegalHold;
import dev.skerry.blob.ListedBlob;
import dev.skerry.blob.Retention;
import dev.skerry.blob.RetentionMode;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.StorageClass;
import dev.skerry.blob.StoreListener;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.commit.Fold;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.commit.SlotMachine;
import dev.skerry.blob.encryption.BlobEncryption;
import dev.skerry.blob.encryption.EncryptionMethod;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    private static final BlobPath PATH = Commands.path("key");

    private final Path folder;
    private final Commands commands = new Commands();
    private final SlotsOnDisk slots;

    GroupCommitTest(@TempDir Path folder) {
        this.folder = folder;
        this.slots = new SlotsOnDisk(folder.resolve("slots"));
    }

    @AfterEach
    void close() {
        slots.close();
    }

    private Command.PutBlob put(String key, String text) {
        return commands.put(Commands.path(key), text, Versioning.OFF);
    }

    private Command.PutBlob put(String key, Durability durability) {
        Command.PutBlob put = put(key, "text");
        return new Command.PutBlob(
                commands.origin(durability),
                put.path(),
                put.blobId(),
                put.versioning(),
                put.preconditions(),
                put.body(),
                put.attributes(),
                null,
                null);
    }

    /** A command that fails in the database and not in the rules: its blob id is taken. */
    private static Command.PutBlob clashing(Command.PutBlob taken, String key) {
        return new Command.PutBlob(
                taken.origin(),
                Commands.path(key),
                taken.blobId(),
                taken.versioning(),
                taken.preconditions(),
                taken.body(),
                taken.attributes(),
                null,
                null);
    }

    private List<Future<Object>> together(List<? extends Command> all, int threads) throws InterruptedException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Object>> calls = new ArrayList<>();
            all.forEach(command -> calls.add(() -> slots.log().commit(SlotsOnDisk.SLOT, command)));
            return executor.invokeAll(calls);
        }
    }

    @Test
    void sixtyFourThreadsWriteAndEverythingAcknowledgedIsThere() throws Exception {
        List<Command.PutBlob> puts = IntStream.range(0, 1000)
                .mapToObj(i -> put("key-" + i, "text " + i))
                .toList();

        for (Future<Object> result : together(puts, 64)) {
            Written written = (Written) result.get();
            assertThat(slots.store().find(SlotsOnDisk.SLOT, written.meta().path(), CURRENT))
                    .contains(written.meta());
        }

        assertThat(slots.told)
                .extracting(SequencedEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 1000).boxed().toList());
        assertThat(slots.store().events(SlotsOnDisk.SLOT, 0, 2000)).isEqualTo(slots.told);
    }

    @Test
    void aFailingCommandDoesNotTouchItsNeighbours() throws Exception {
        Command.PutBlob first = put("first", "text");
        slots.log().commit(SlotsOnDisk.SLOT, first);
        List<Command.PutBlob> puts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            puts.add(i % 10 == 3 ? clashing(first, "bad-" + i) : put("good-" + i, "text"));
        }

        List<Future<Object>> results = together(puts, 64);

        for (int i = 0; i < puts.size(); i++) {
            Future<Object> result = results.get(i);
            if (i % 10 == 3) {
                assertThatThrownBy(result::get).isInstanceOf(ExecutionException.class);
            } else {
                BlobMeta meta = ((Written) result.get()).meta();
                assertThat(slots.store().find(SlotsOnDisk.SLOT, meta.path(), CURRENT))
                        .contains(meta);
            }
        }
        assertThat(slots.store().statistics(SlotsOnDisk.SLOT).liveBlobs()).isEqualTo(181);
        assertThat(slots.told)
                .extracting(SequencedEvent::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 181).boxed().toList());
    }

    @Test
    void whatWasAcknowledgedIsInACopyTakenAtThatMoment() throws Exception {
        List<BlobMeta> acknowledged = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 20; i++) {
                Written written = (Written) slots.log().commit(SlotsOnDisk.SLOT, put("key-" + i, "round " + round));
                acknowledged.removeIf(meta -> meta.path().equals(written.meta().path()));
                acknowledged.add(written.meta());
            }
            Path copy = copy("copy-" + round);
            try (SlotsOnDisk survivor = new SlotsOnDisk(copy)) {
                for (BlobMeta meta : acknowledged) {
                    assertThat(survivor.store().find(SlotsOnDisk.SLOT, meta.path(), CURRENT))
                            .contains(meta);
                }
            }
        }
    }

    /** The files as a killed process leaves them: database and write-ahead log, without the shared index. */
    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        for (String slot : List.of("0", "1")) {
            Path target = Files.createDirectories(copy.resolve(slot));
            for (String file : List.of("meta.sqlite3", "meta.sqlite3-wal")) {
                Path source = folder.resolve("slots").resolve(slot).resolve(file);
                if (Files.exists(source)) {
                    Files.copy(source, target.resolve(file));
                }
            }
        }
        return copy;
    }

    @Test
    void periodicCommandsCountAsUnsyncedUntilASync() {
        slots.log().commit(SlotsOnDisk.SLOT, put("a", Durability.PERIODIC));
        slots.log().commit(SlotsOnDisk.SLOT, put("b", Durability.NONE));
        slots.log().commit(SlotsOnDisk.SLOT, put("c", Durability.PERIODIC));
        assertThat(slots.log().unsyncedCommands()).isEqualTo(2);
        assertThat(slots.log().unsyncedBytes()).isEqualTo(8);

        slots.log().sync();

        assertThat(slots.log().unsyncedCommands()).isZero();
        assertThat(slots.log().unsyncedBytes()).isZero();
    }

    @Test
    void aCommandThatAsksForDurabilityTakesTheOthersAlong() {
        slots.log().commit(SlotsOnDisk.SLOT, put("a", Durability.PERIODIC));

        slots.log().commit(SlotsOnDisk.SLOT, put("b", Durability.ALWAYS));

        assertThat(slots.log().unsyncedCommands()).isZero();
    }

    @Test
    void aFullQueueRefusesWithoutApplying() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        EventSink holding = event -> {
            entered.countDown();
            awaitQuietly(released);
        };
        SlotId slot = new SlotId(0);
        try (SlotDatabases databases = SlotDatabases.open(folder.resolve("held"), 1, Thread::new, () -> Instant.EPOCH);
                SqliteCommitLog log = new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(holding),
                        Thread::new,
                        new SqliteCommitLog.Settings(1, Duration.ZERO, 1),
                        StoreListener.NONE);
                ExecutorService executor = Executors.newFixedThreadPool(3)) {
            log.start();
            Future<?> held = executor.submit(() -> log.commit(slot, put("held", "text")));
            entered.await();
            CompletionService<CommandResult> others = new ExecutorCompletionService<>(executor);
            for (Command.PutBlob other : List.of(put("second", "text"), put("third", "text"))) {
                others.submit(() -> log.commit(slot, other));
            }
            assertThatThrownBy(() -> others.take().get()) // one takes the only place and waits, the other is told
                    .cause()
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Busy.class));
            assertThat(log.waitingCommands()).isEqualTo(1);
            assertThat(log.longestWaiting()).isEqualTo(1);
            assertThat(log.waitingLimit()).isEqualTo(1);
            released.countDown();
            assertThat(held.get()).isInstanceOf(Written.class);
            assertThat(others.take().get()).isInstanceOf(Written.class);
        }
    }

    @Test
    void aListenerHearsOfEveryCommandAndCannotSpoilACommit() throws Exception {
        AtomicLong committed = new AtomicLong();
        AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);
        StoreListener failing = new StoreListener() {
            @Override
            public void committed(int commands, long tookNanos) {
                committed.addAndGet(commands);
                shortest.accumulateAndGet(tookNanos, Math::min);
                throw new IllegalStateException("a listener that breaks its promise");
            }
        };
        SlotId slot = new SlotId(0);
        try (SlotDatabases databases =
                        SlotDatabases.open(folder.resolve("heard"), 1, Thread::new, () -> Instant.EPOCH);
                SqliteCommitLog log = new SqliteCommitLog(
                        databases,
                        new SlotMachine(),
                        List.of(),
                        Thread::new,
                        SqliteCommitLog.Settings.DEFAULT,
                        failing);
                ExecutorService executor = Executors.newFixedThreadPool(8)) {
            log.start();
            List<Callable<CommandResult>> puts = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Command.PutBlob put = put("same", "text " + i);
                puts.add(() -> log.commit(slot, put));
            }
            for (Future<CommandResult> result : executor.invokeAll(puts)) {
                assertThat(result.get()).isInstanceOf(Written.class);
            }
        }
        assertThat(committed).hasValue(100);
        assertThat(shortest.get()).isPositive();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void attributesOfEveryKindComeBack() {
        Command.PutBlob plain = commands.put(PATH, "text", Versioning.ENABLED);
        BlobAttributes attributes = new BlobAttributes(
                Map.of("content-type", "text/plain; charset=\"x\"", "expires", "never"),
                Map.of("a", "ä\n\u0000\"", "empty", ""),
                Map.of("tag", "value"),
                "owner",
                new StorageClass("STANDARD_IA"),
                "[]",
                new BlobEncryption(EncryptionMethod.KMS, "key", "a2V5", Map.of("ä", "\""), true, null),
                new BlobLock(
                        new Retention(RetentionMode.COMPLIANCE, Instant.parse("2040-01-02T03:04:05.678Z")),
                        LegalHold.OFF));
        Command.PutBlob put = new Command.PutBlob(
                plain.origin(),
                PATH,
                plain.blobId(),
                plain.versioning(),
                plain.preconditions(),
                plain.body(),
                attributes,
                null,
                "write-1");

        Written written = (Written) slots.log().commit(SlotsOnDisk.SLOT, put);

        assertThat(written.meta().attributes()).isEqualTo(attributes);
        assertThat(slots.store().find(SlotsOnDisk.SLOT, PATH, CURRENT)).contains(written.meta());
    }

    @Test
    void aLockThatIsSetComesBackAndSoDoesItsEvent() {
        slots.log().commit(SlotsOnDisk.SLOT, commands.put(PATH, "text", Versioning.ENABLED));
        Command.SetLegalHold hold = new Command.SetLegalHold(commands.origin(), PATH, CURRENT, LegalHold.ON);
        Written written = (Written) slots.log().commit(SlotsOnDisk.SLOT, hold);

        BlobMeta found = slots.store().find(SlotsOnDisk.SLOT, PATH, CURRENT).orElseThrow();
        assertThat(found).isEqualTo(written.meta());
        assertThat(found.attributes().lock()).isEqualTo(new BlobLock(null, LegalHold.ON));
        assertThat(slots.store().events(SlotsOnDisk.SLOT, 1, 10))
                .extracting(SequencedEvent::event)
                .containsExactly(new StorageEvent.ObjectLockSet(
                        PATH, found.blobId(), found.generation(), hold.origin().hlc()));
    }

    @Test
    void whatARuleDidComesBackAndSoDoItsEvents() {
        slots.log().commit(SlotsOnDisk.SLOT, commands.put(PATH, "text", Versioning.ENABLED));
        BlobMeta before = slots.store().find(SlotsOnDisk.SLOT, PATH, CURRENT).orElseThrow();
        Command.Judged judged = new Command.Judged(before.blobId(), Map.of());
        StorageClass cold = new StorageClass("GLACIER");
        Command.ApplyRule move =
                new Command.ApplyRule(commands.origin(), PATH, judged, new Command.RuleAction.ChangeClass(cold));
        Written moved = (Written) slots.log().commit(SlotsOnDisk.SLOT, move);
        assertThat(slots.store().find(SlotsOnDisk.SLOT, PATH, CURRENT)).contains(moved.meta());
        MetadataStore.Scan scan = new MetadataStore.Scan(
                PATH.bucket(), new byte[0], true, null, new Fold("", ""), MetadataStore.Scope.CURRENT, 10);
        assertThat(slots.store().scan(SlotsOnDisk.SLOT, scan))
                .extracting(ListedBlob::storageClass)
                .containsExactly(cold);

        BlobId marker = commands.id();
        Command.ApplyRule expire = new Command.ApplyRule(
                commands.origin(), PATH, judged, new Command.RuleAction.Expire(marker, Versioning.ENABLED));
        slots.log().commit(SlotsOnDisk.SLOT, expire);
        assertThat(slots.store().events(SlotsOnDisk.SLOT, 1, 10))
                .extracting(SequencedEvent::event)
                .containsExactly(
                        new StorageEvent.ObjectTransitioned(
                                PATH,
                                before.blobId(),
                                before.generation(),
                                move.origin().hlc(),
                                cold),
                        new StorageEvent.ObjectDeleted(
                                PATH,
                                marker,
                                before.generation().next(),
                                expire.origin().hlc(),
                                true,
                                expire.origin().placementGroup(),
                                true));
    }
}
