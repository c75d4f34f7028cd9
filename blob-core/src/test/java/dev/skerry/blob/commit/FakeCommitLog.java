package dev.skerry.blob.commit;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;

/** A commit log in memory: durable as long as its slots are referred to. */
public final class FakeCommitLog implements CommitLog {
    private final FakeSlots slots;
    private final EventSink sink;
    private final SlotMachine machine = new SlotMachine();
    private volatile boolean closed;

    /** A log nobody listens to. */
    public FakeCommitLog(FakeSlots slots) {
        this(slots, _ -> {});
    }

    /** A log that tells {@code sink} of every event. */
    public FakeCommitLog(FakeSlots slots, EventSink sink) {
        this.slots = slots;
        this.sink = sink;
    }

    @Override
    public CommandResult commit(SlotId slot, Command command) {
        if (closed) {
            throw new StoreException(new StoreFailure.Busy("the commit log is closed"));
        }
        return slots.with(slot, tables -> {
            long before = tables.lastSequence();
            CommandResult result = machine.apply(tables, command);
            tables.events()
                    .tailMap(before, false)
                    .forEach((sequence, event) -> sink.accept(SequencedEvent.of(slot, sequence, event)));
            return result;
        });
    }

    @Override
    public void close() {
        closed = true;
    }
}
