package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings commands of this node into one log. Those that come while an entry is under way share the next one, so that
 * many clients cost the log, the way to its leader and the databases little more than one; a second entry follows only
 * where the first takes long, as for a slot that is held up. Safe for use by many threads; does not block.
 */
final class SharedEntries {
    /** Of one entry; what one request names at most goes in four. */
    static final int MAX_COMMANDS = 256;

    /** Of one entry, which the log takes up to four times of; what is longer by itself has one of its own. */
    private static final int MAX_BYTES = 1024 * 1024;

    private static final int MAX_UNDER_WAY = 2;

    /** Longer than an entry takes on a machine that is busy. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Function<byte[], CompletableFuture<byte[]>> submit;
    private final CommandCodec codec;
    private final Duration patience;
    private final Object lock = new Object();

    /** Guarded by the lock, like what follows. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private int underWay;

    /** When the last entry was sent, by {@link System#nanoTime}. */
    private long sent;

    /** Whether it is looked again by the clock. */
    private boolean watched;

    /** The log of an entry had ended before it, so that it did nothing: it belongs into another. */
    static final class LogEndedException extends Exception {
        private static final long serialVersionUID = 1L;

        LogEndedException() {
            super("the log has ended");
        }
    }

    /** Commands that stay together. */
    private record Waiting(
            CommandCodec.Part part, int commands, CompletableFuture<Optional<List<CommandResult>>> outcome) {}

    /** Brings entries into the log by {@code submit}, which does not block. */
    SharedEntries(Function<byte[], CompletableFuture<byte[]>> submit, CommandCodec codec) {
        this(submit, codec, PATIENCE);
    }

    /** The same with another time after which a second entry follows. */
    SharedEntries(Function<byte[], CompletableFuture<byte[]>> submit, CommandCodec codec, Duration patience) {
        this.submit = submit;
        this.codec = codec;
        this.patience = patience;
    }

    /**
     * Brings commands of one slot into the log, in one entry and in their order.
     *
     * @param commands {@link #MAX_COMMANDS} or fewer
     * @return a result for each; nothing where the entry was applied but its results are not known any more. Fails with
     *     {@link LogEndedException} where the log has ended
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
            if (waiting.isEmpty() || underWay == MAX_UNDER_WAY || (underWay > 0 && hasToWait())) {
                return;
            }
            underWay++;
            sent = System.nanoTime();
            batch = nextBatch();
        }
        send(batch);
    }

    /** Has it looked again where it has. */
    private boolean hasToWait() {
        long left = patience.toNanos() - (System.nanoTime() - sent);
        if (left > 0 && !watched) {
            watched = true;
            CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS).execute(() -> {
                synchronized (lock) {
                    watched = false;
                }
                sendWhatMay();
            });
        }
        return left > 0;
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
            if (failure == null && CommandCodec.isElsewhere(bytes)) {
                batch.forEach(each -> each.outcome.completeExceptionally(new LogEndedException()));
            } else if (failure == null) {
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
