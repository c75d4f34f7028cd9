package dev.skerry.cluster.raft;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.Command;
import dev.skerry.blob.commit.CommandResult;
import dev.skerry.blob.commit.CommitLog;
import dev.skerry.blob.commit.FakeCommitLog;
import dev.skerry.blob.commit.FakeSlotTables;
import dev.skerry.blob.commit.FakeSlots;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.commit.SlotReplicas;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Slots in memory, each changed by a thread of its own, which tests hold up. */
final class FakeReplicas implements SlotReplicas {
    /** How often a slot was replaced. */
    final AtomicInteger replaced = new AtomicInteger();

    /** The slots that were set aside, and why. */
    final Map<SlotId, String> setAside = new ConcurrentHashMap<>();

    /** What makes the rows others than those of other nodes. */
    volatile String strange = "";

    /** Whether a row is not what was written. */
    volatile boolean damaged;

    /** What the files that copies are hold the number of. */
    private static final Map<String, Copy> COPIES = new ConcurrentHashMap<>();

    private final FakeSlots slots;
    private final CommitLog rows;
    private final Map<SlotId, LogPosition> positions = new ConcurrentHashMap<>();
    private final Map<SlotId, ExecutorService> threads = new ConcurrentHashMap<>();
    private final Map<SlotId, Path> arriving = new ConcurrentHashMap<>();

    private record Copy(LogPosition position, FakeSlotTables rows) {}

    FakeReplicas(FakeSlots slots, EventSink sink) {
        this.slots = slots;
        this.rows = new FakeCommitLog(slots, sink);
    }

    @Override
    public LogPosition position(SlotId slot) {
        return positions.getOrDefault(slot, LogPosition.START);
    }

    @Override
    public Application apply(SlotId slot, LogPosition position, List<Command> commands) {
        CompletableFuture<@Nullable List<CommandResult>> results =
                CompletableFuture.supplyAsync(() -> applyNow(slot, position, commands), thread(slot));
        return new Application(results, results.thenApply(_ -> null));
    }

    @Override
    public Application applyLater(SlotId slot, LogPosition position, List<Command> commands) {
        return apply(slot, position, commands);
    }

    @Override
    public void hurry(SlotId slot) {
        // nothing waits here
    }

    private @Nullable List<CommandResult> applyNow(SlotId slot, LogPosition position, List<Command> commands) {
        if (position.index() <= position(slot).index()) {
            return null;
        }
        List<CommandResult> results =
                commands.stream().map(command -> rows.commit(slot, command)).toList();
        positions.put(slot, position);
        return results;
    }

    @Override
    public void sync(SlotId slot, LogPosition upTo) {
        positions.merge(slot, upTo, (old, given) -> given.index() > old.index() ? given : old);
    }

    @Override
    public boolean inService(SlotId slot) {
        return true;
    }

    @Override
    public Path copy(SlotId slot) {
        FakeSlotTables rows = new FakeSlotTables();
        Copy copy = onThread(
                slot,
                () -> slots.with(slot, tables -> {
                    rows.become(tables);
                    return new Copy(position(slot), rows);
                }));
        String number = UUID.randomUUID().toString();
        COPIES.put(number, copy);
        try {
            return Files.writeString(Files.createTempFile("fake", ".copy"), number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Path incoming(SlotId slot) {
        try {
            Path incoming = Files.createTempFile("fake", ".incoming");
            Files.delete(incoming);
            arriving.put(slot, incoming);
            return incoming;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void replace(SlotId slot, LogPosition atLeast) {
        Path incoming = Objects.requireNonNull(arriving.remove(slot));
        try {
            Copy copy = Objects.requireNonNull(COPIES.get(Files.readString(incoming)));
            Files.delete(incoming);
            replaced.incrementAndGet();
            if (copy.position().isBefore(atLeast)) {
                throw new StoreException(new StoreFailure.Busy("at " + copy.position() + ", not at " + atLeast));
            }
            onThread(slot, () -> {
                if (position(slot).isBefore(copy.position())) {
                    slots.with(slot, tables -> {
                        tables.become(copy.rows());
                        return slot;
                    });
                    positions.put(slot, copy.position());
                }
                return slot;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void erase(SlotId slot) {
        onThread(slot, () -> {
            positions.remove(slot);
            return slots.with(slot, tables -> {
                tables.become(new FakeSlotTables());
                return slot;
            });
        });
    }

    /** Of as many rows as the slot has positions. */
    @Override
    public CompletableFuture<RowDigest> digest(SlotId slot) {
        return CompletableFuture.supplyAsync(
                () -> {
                    if (damaged) {
                        throw new StoreException(new StoreFailure.Corrupt("a row"));
                    }
                    RowDigest.Sum sum = new RowDigest.Sum();
                    sum.add(new byte[0], List.of(position(slot).index(), strange));
                    return sum.done();
                },
                thread(slot));
    }

    @Override
    public void setAside(SlotId slot, String reason) {
        setAside.put(slot, reason);
    }

    private <T> T onThread(SlotId slot, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, thread(slot)).join();
    }

    /** Lets the slot apply nothing until the latch is open. */
    void hold(SlotId slot, CountDownLatch until) {
        thread(slot).execute(() -> {
            try {
                until.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private ExecutorService thread(SlotId slot) {
        return threads.computeIfAbsent(
                slot, _ -> Executors.newSingleThreadExecutor(Thread.ofVirtual().factory()));
    }
}
