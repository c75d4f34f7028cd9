package dev.skerry.blob.commit;

import dev.skerry.blob.SlotId;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The slots that a {@link FakeCommitLog} and a {@link FakeMetadataStore} share. */
public final class FakeSlots {
    private final NavigableMap<SlotId, FakeSlotTables> slots = new TreeMap<>();

    /** That many empty slots, from 0. */
    public FakeSlots(int count) {
        for (int i = 0; i < count; i++) {
            slots.put(new SlotId(i), new FakeSlotTables());
        }
    }

    List<SlotId> ids() {
        return List.copyOf(slots.keySet());
    }

    /** Runs {@code work} on a slot's rows, alone. */
    public <T> T with(SlotId slot, Function<FakeSlotTables, T> work) {
        FakeSlotTables tables = slots.get(slot);
        if (tables == null) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: one of " + slots.keySet() + ")");
        }
        synchronized (tables) {
            return work.apply(tables);
        }
    }
}
