package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings commands of this node into the log of one group. Those that come while entries are under way share the next
 * one, so that many clients cost the log, and the way to its leader, little more than one. Safe for use by many
 * threads; does not block.
 */
final class SharedEntries {
    /** Of one entry; what one request names at most goes in four. */
    static final int MAX_COMMANDS = 256;

    /** Of one entry, which the log takes up to four times of; what is longer by itself has one of its own. */
    private static final int MAX_BYTES = 1024 * 1024;

    /** So that one is on its way while the other waits for the disks. */
    private static final int MAX_UNDER_WAY = 2;

    private final Function<byte[], CompletableFuture<byte[]>> submit;
    private final CommandCodec codec;
    private final Object lock = new Object();

    /** Guarded by the lock, like the number below. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private int underWay;

    /** Commands that stay together. */
    private record Waiting(
            CommandCodec.Part part, int commands, CompletableFuture<Optional<List<CommandResult>>> outcome) {}

    /** Brings entries into the log by {@code submit}, which does not block. */
    SharedEntries(Function<byte[], CompletableFuture<byte[]>> submit, CommandCodec codec) {
        this.submit = submit;
        this.codec = codec;
    }

    /**
     * Brings commands of one slot into the log, in one entry and in their order.
     *
     * @param commands {@link #MAX_COMMANDS} or fewer
     * @return a result for each; nothing where the entry was applied but its results are not known any more
     */
    CompletableFuture<Optional<List<CommandResult>>> add(SlotId slot, List<Command> commands) {
        Waiting mine = new Waiting(codec.part(slot, commands), commands.size(), new CompletableFuture<>());
        synchronized (lock) {
            waiting.add(mine);
        }
        sendWhatMay();
        return mine.outcome;
    }

    private void sendWhatMay() {
        List<Waiting> batch;
        synchronized (lock) {
            if (underWay == MAX_UNDER_WAY || waiting.isEmpty()) {
                return;
            }
            underWay++;
            batch = nextBatch();
        }
        send(batch);
    }

    private List<Waiting> nextBatch() {
        List<Waiting> batch = new ArrayList<>();
        int commands = 0;
        long bytes = 0;
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            commands += next.commands;
            bytes += next.part.commands().length;
            if (!batch.isEmpty() && (commands > MAX_COMMANDS || bytes > MAX_BYTES)) {
                break;
            }
            batch.add(waiting.remove());
        }
        return batch;
    }

    private void send(List<Waiting> batch) {
        CompletableFuture<byte[]> submitted;
        try {
            submitted = submit.apply(codec.encode(
                    new CommandCodec.Entry(batch.stream().map(Waiting::part).toList())));
        } catch (RuntimeException e) {
            submitted = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<?> _ = submitted.whenComplete((bytes, failure) -> {
            synchronized (lock) {
                underWay--;
            }
            sendWhatMay();
            if (failure == null) {
                answer(batch, bytes);
            } else {
                batch.forEach(each -> each.outcome.completeExceptionally(failure));
            }
        });
    }

    private void answer(List<Waiting> batch, byte[] bytes) {
        try {
            Iterator<@Nullable List<CommandResult>> results =
                    codec.results(bytes).iterator();
            for (Waiting each : batch) {
                each.outcome.complete(Optional.ofNullable(results.hasNext() ? results.next() : null));
            }
        } catch (RuntimeException e) {
            batch.forEach(each -> each.outcome.completeExceptionally(e));
        }
    }
}
