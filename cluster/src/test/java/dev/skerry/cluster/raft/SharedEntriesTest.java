package dev.skerry.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.Commands;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedEntriesTest {
    private static final SlotId FIRST = new SlotId(0);
    private static final SlotId SECOND = new SlotId(1);

    private final CommandCodec codec = new CommandCodec();
    private final Commands commands = new Commands();
    private final List<Submitted> submitted = new CopyOnWriteArrayList<>();
    private final Semaphore arrivals = new Semaphore(0);
    private final SharedEntries entries = new SharedEntries(this::submit, codec, Duration.ofHours(1));

    private record Submitted(CommandCodec.Entry entry, CompletableFuture<byte[]> outcome) {}

    private CompletableFuture<byte[]> submit(byte[] bytes) {
        CompletableFuture<byte[]> outcome = new CompletableFuture<>();
        submitted.add(new Submitted(codec.entry(bytes), outcome));
        arrivals.release();
        return outcome;
    }

    private CompletableFuture<Optional<List<CommandResult>>> add(SlotId slot) {
        return entries.add(slot, List.of(barrier()));
    }

    private Command barrier() {
        return new Command.Barrier(commands.origin());
    }

    private static CommandResult result(String bucket) {
        return new CommandResult.Refused(new StoreFailure.NoSuchBucket(bucket));
    }

    private void answer(int number, @Nullable List<@Nullable List<CommandResult>> parts) {
        submitted.get(number).outcome.complete(parts == null ? new byte[0] : codec.encode(parts));
    }

    @Test
    void whatComesWhileAnEntryIsUnderWaySharesTheNext() {
        assertThat(add(FIRST)).isNotDone();
        CompletableFuture<Optional<List<CommandResult>>> third = add(SECOND);
        CompletableFuture<Optional<List<CommandResult>>> fourth = add(FIRST);
        CompletableFuture<Optional<List<CommandResult>>> fifth = add(SECOND);
        assertThat(submitted).hasSize(1);

        answer(0, List.of(List.of(result("a"))));
        assertThat(submitted).hasSize(2);
        assertThat(submitted.getLast().entry.parts())
                .extracting(CommandCodec.Part::slot)
                .containsExactly(SECOND, FIRST, SECOND);
        List<@Nullable List<CommandResult>> parts = new ArrayList<>();
        parts.add(List.of(result("third")));
        parts.add(null);
        parts.add(List.of(result("fifth")));
        answer(1, parts);

        assertThat(third).isCompletedWithValue(Optional.of(List.of(result("third"))));
        assertThat(fourth).isCompletedWithValue(Optional.empty());
        assertThat(fifth).isCompletedWithValue(Optional.of(List.of(result("fifth"))));
    }

    @Test
    void whatFailsFailsForAllWhoShareIt() {
        assertThat(add(FIRST)).isNotDone();
        CompletableFuture<Optional<List<CommandResult>>> second = add(FIRST);
        CompletableFuture<Optional<List<CommandResult>>> third = add(SECOND);

        submitted.getFirst().outcome.completeExceptionally(new IOException("no leader"));
        submitted.getLast().outcome.completeExceptionally(new IOException("no leader"));

        assertThat(second).failsWithin(Duration.ofMinutes(1));
        assertThat(third).failsWithin(Duration.ofMinutes(1));
    }

    @Test
    void anEntryIsNoLongerThanTheLogTakes() {
        assertThat(add(FIRST)).isNotDone();
        for (int i = 0; i < 2; i++) {
            assertThat(entries.add(FIRST, Collections.nCopies(SharedEntries.MAX_COMMANDS - 1, barrier())))
                    .isNotDone();
        }

        answer(0, null);
        assertThat(submitted).hasSize(2);
        assertThat(submitted.getLast().entry.parts()).hasSize(1);
        answer(1, null);

        assertThat(submitted).hasSize(3);
        assertThat(submitted.getLast().entry.parts()).hasSize(1);
    }

    /** A slot that is held up does not hold up the group's others, but for a moment. */
    @Test
    void oneThatTakesLongIsNotWaitedFor() throws InterruptedException {
        SharedEntries hasty = new SharedEntries(this::submit, codec, Duration.ofMillis(1));
        assertThat(hasty.add(FIRST, List.of(barrier()))).isNotDone();
        assertThat(hasty.add(SECOND, List.of(barrier()))).isNotDone();

        assertThat(arrivals.tryAcquire(2, 2, TimeUnit.MINUTES)).isTrue();
        assertThat(submitted).hasSize(2);
        assertThat(hasty.add(SECOND, List.of(barrier()))).isNotDone();
        assertThat(submitted).hasSize(2);
    }
}
