package dev.skerry.blob.commit;

import static dev.skerry.blob.VersionSelector.CURRENT;
import static dev.skerry.blob.commit.Commands.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.BlobPath;
import dev.skerry.blob.Durability;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command.Versioning;
import dev.skerry.blob.commit.CommandResult.Refused;
import dev.skerry.blob.commit.CommandResult.Written;
import dev.skerry.blob.commit.Precondition.IfMatch;
import dev.skerry.blob.commit.Precondition.IfNoneMatch;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link CommitLog} does, seen through the {@link MetadataStore} that reads what it commits. */
public abstract class CommitLogContract {
    /** The slot the tests write to. */
    protected static final SlotId SLOT = new SlotId(1);

    private static final SlotId OTHER_SLOT = new SlotId(0);
    private static final BlobPath PATH = path("key");

    /** Makes what the tests commit. */
    protected final Commands commands = new Commands();

    /** The log under test; the same until {@link #reopen}. It has at least two slots. */
    protected abstract CommitLog log();

    /** Reads what {@link #log()} commits. */
    protected abstract MetadataStore store();

    /** Closes log and store and opens both again over the same data. */
    protected abstract void reopen();

    /** The events the log told its sink so far, in the order it did. */
    protected abstract List<SequencedEvent> told();

    @Test
    void eachOfManyHasAnOutcomeOfItsOwnInTheOrderGiven() {
        log().commit(SLOT, commands.put(PATH, "text", Versioning.OFF));
        List<CommitLog.Addressed> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            SlotId slot = i % 2 == 0 ? SLOT : OTHER_SLOT;
            many.add(new CommitLog.Addressed(slot, commands.put(path("many" + i), "text", Versioning.OFF)));
        }
        many.set(
                7,
                new CommitLog.Addressed(
                        SLOT, commands.put(PATH, "other", Versioning.OFF, new IfNoneMatch(List.of("*")))));

        List<CommitLog.Outcome> outcomes = log().commitAll(many);

        assertThat(outcomes).hasSize(300);
        for (int i = 0; i < 300; i++) {
            CommandResult result = ((CommitLog.Outcome.Decided) outcomes.get(i)).result();
            if (i == 7) {
                assertThat(((Refused) result).failure()).isInstanceOf(StoreFailure.PreconditionFailed.class);
            } else {
                BlobMeta written = ((Written) result).meta();
                assertThat(written.path()).isEqualTo(path("many" + i));
                assertThat(store().find(i % 2 == 0 ? SLOT : OTHER_SLOT, written.path(), CURRENT))
                        .contains(written);
            }
        }
    }

    @Test
    void manyOfOnePathAreAppliedInTheirOrder() {
        List<CommitLog.Addressed> many = IntStream.range(0, 50)
                .mapToObj(i -> new CommitLog.Addressed(SLOT, commands.put(PATH, "text " + i, Versioning.ENABLED)))
                .toList();

        List<CommitLog.Outcome> outcomes = log().commitAll(many);

        assertThat(outcomes)
                .map(outcome -> ((Written) ((CommitLog.Outcome.Decided) outcome).result())
                        .meta()
                        .generation()
                        .value())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 50).mapToObj(Long::valueOf).toList());
    }

    @Test
    void aClosedLogFailsEachOfMany() {
        log().close();
        List<CommitLog.Addressed> many = List.of(
                new CommitLog.Addressed(SLOT, commands.put(PATH, "text", Versioning.OFF)),
                new CommitLog.Addressed(OTHER_SLOT, commands.put(path("other"), "text", Versioning.OFF)));
        assertThat(log().commitAll(many))
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(
                                ((CommitLog.Outcome.Failed) outcome).failure().failure())
                        .isInstanceOf(StoreFailure.Busy.class));
    }

    @Test
    void whatIsCommittedIsReadAtOnce() {
        Command.PutBlob put = commands.put(PATH, "text", Versioning.OFF);

        Written written = (Written) log().commit(SLOT, put);

        assertThat(written.replay()).isFalse();
        assertThat(store().find(SLOT, PATH, CURRENT)).contains(written.meta());
        assertThat(written.meta().blobId()).isEqualTo(put.blobId());
        assertThat(written.meta().createdAt()).isEqualTo(put.origin().at());
    }

    @Test
    void slotsDoNotShareRows() {
        log().commit(SLOT, commands.put(PATH, "text", Versioning.OFF));

        assertThat(store().find(OTHER_SLOT, PATH, CURRENT)).isEmpty();
        assertThat(store().events(OTHER_SLOT, 0, 10)).isEmpty();
    }

    @Test
    void aRefusalChangesNothing() {
        log().commit(SLOT, commands.put(PATH, "first", Versioning.OFF));
        MetadataStore.Statistics before = store().statistics(SLOT);

        CommandResult result =
                log().commit(SLOT, commands.put(PATH, "second", Versioning.OFF, new IfNoneMatch(List.of("*"))));

        assertThat(result).isEqualTo(new Refused(new StoreFailure.PreconditionFailed("If-None-Match")));
        assertThat(store().statistics(SLOT)).isEqualTo(before);
    }

    @Test
    void committedRowsOutliveTheProcess() {
        Written first = (Written) log().commit(SLOT, commands.put(PATH, "first", Versioning.ENABLED));
        Written second = (Written) log().commit(
                        SLOT, commands.put(PATH, Commands.inFiles(commands.id(), "in files", 3), Versioning.ENABLED));
        Command.Upload upload = commands.begin(path("upload"), null, null).upload();
        log().commit(SLOT, new Command.BeginUpload(commands.origin(), upload));

        reopen();

        assertThat(store().generations(SLOT, PATH, 10))
                .containsExactly(second.meta(), first.meta().withLatest(false));
        assertThat(store().upload(SLOT, upload.path(), upload.uploadId())).contains(upload);
        assertThat(store().lastSequence(SLOT)).isEqualTo(2);
        Written third = (Written) log().commit(SLOT, commands.put(PATH, "third", Versioning.ENABLED));
        assertThat(third.meta().generation().value()).isEqualTo(3);
        assertThat(store().lastSequence(SLOT)).isEqualTo(3);
    }

    @Test
    void everyDurabilityIsReadAtOnce() {
        for (Durability durability : Durability.values()) {
            Command.PutBlob put = commands.put(path(durability.name()), "text", Versioning.OFF);
            Command.PutBlob weaker = new Command.PutBlob(
                    commands.origin(durability),
                    put.path(),
                    put.blobId(),
                    put.versioning(),
                    put.preconditions(),
                    put.body(),
                    put.attributes(),
                    null,
                    null);

            Written written = (Written) log().commit(SLOT, weaker);

            assertThat(store().find(SLOT, put.path(), CURRENT)).contains(written.meta());
        }
        assertThat(log().commit(SLOT, new Command.Barrier(commands.origin()))).isEqualTo(new CommandResult.Done());
    }

    @Test
    void eventsAreToldInOrderAfterTheyAreReadable() {
        log().commit(SLOT, commands.put(PATH, "text", Versioning.ENABLED));
        log().commit(SLOT, commands.delete(PATH, Versioning.ENABLED));
        log().commit(SLOT, commands.put(PATH, "no", Versioning.ENABLED, new IfMatch(List.of("x"))));
        log().commit(SLOT, commands.undelete(PATH, null));

        assertThat(told()).isEqualTo(store().events(SLOT, 0, 10));
        assertThat(told()).extracting(SequencedEvent::sequence).containsExactly(1L, 2L, 3L);
    }

    @Test
    void trimmedEventsAreGoneAndNumbersGoOn() {
        log().commit(SLOT, commands.put(PATH, "1", Versioning.OFF));
        log().commit(SLOT, commands.put(PATH, "2", Versioning.OFF));
        log().commit(SLOT, new Command.TrimEvents(commands.origin(), 2));

        assertThat(store().events(SLOT, 0, 10)).isEmpty();
        assertThat(store().lastSequence(SLOT)).isEqualTo(2);
        reopen();
        log().commit(SLOT, commands.put(PATH, "3", Versioning.OFF));
        assertThat(store().events(SLOT, 0, 10))
                .extracting(SequencedEvent::sequence)
                .containsExactly(3L);
    }

    @Test
    void concurrentWritesOfOnePathEachGetANumberOfTheirOwn() throws Exception {
        int writers = 8;
        int each = 20;

        List<Command> puts = IntStream.range(0, writers * each)
                .<Command>mapToObj(i -> commands.put(PATH, "text " + i, Versioning.ENABLED))
                .toList();
        List<CommandResult> results = together(puts, writers);

        assertThat(results)
                .extracting(result -> ((Written) result).meta().generation().value())
                .doesNotHaveDuplicates()
                .hasSize(writers * each);
        assertThat(store().newest(SLOT, PATH).orElseThrow().generation().value())
                .isEqualTo((long) writers * each);
        assertThat(store().generations(SLOT, PATH, 1000))
                .filteredOn(BlobMeta::latest)
                .hasSize(1);
    }

    @Test
    void ofConcurrentSwapsOfOneVersionExactlyOneWins() throws Exception {
        Written first = (Written) log().commit(SLOT, commands.put(PATH, "first", Versioning.OFF));
        List<Command> swaps = IntStream.range(0, 16)
                .<Command>mapToObj(i -> commands.put(
                        PATH,
                        "swap " + i,
                        Versioning.OFF,
                        new IfMatch(List.of(first.meta().etag()))))
                .toList();

        assertThat(together(swaps, 8)).filteredOn(Written.class::isInstance).hasSize(1);
    }

    private List<CommandResult> together(List<Command> all, int threads) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<CommandResult>> calls = new ArrayList<>();
            all.forEach(command -> calls.add(() -> log().commit(SLOT, command)));
            List<CommandResult> results = new ArrayList<>();
            for (Future<CommandResult> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }

    @Test
    void aClosedLogRefusesWithoutApplying() {
        CommitLog log = log();
        log.close();

        assertThatThrownBy(() -> log.commit(SLOT, commands.put(PATH, "late", Versioning.OFF)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.failure()).isInstanceOf(StoreFailure.Busy.class));
        reopen();
        assertThat(store().newest(SLOT, PATH)).isEmpty();
    }
}
