package dev.skerry.blob.event;

import dev.skerry.blob.SlotId;

/**
 * An event and its place in the log.
 *
 * @param source the slot whose log it is in, or {@link #CATALOG}
 * @param sequence from 1, without gaps within the source as long as nothing was trimmed
 * @param event what happened
 */
public record SequencedEvent(int source, long sequence, StorageEvent event) {
    /** The source of bucket events. */
    public static final int CATALOG = -1;

    /** An event of a slot's log. */
    public static SequencedEvent of(SlotId slot, long sequence, StorageEvent event) {
        return new SequencedEvent(slot.value(), sequence, event);
    }
}
