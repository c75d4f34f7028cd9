package dev.skerry.notify;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * How far a target has been told: the last sequence of each slot's log. What is kept of it may lag, so that after a
 * crash events are told again; it is never ahead. Sequences are set by one thread for each slot; what holds is kept by
 * one thread at a time.
 */
sealed interface Cursor permits FileCursor, SharedCursor {
    /**
     * Takes up what is kept, if anything is.
     *
     * @throws IOException where it cannot be read, or is not what was written
     */
    void load() throws IOException;

    /** Begins, of the slots that nothing is kept of, with what comes after these sequences. */
    void begin(Map<Integer, Long> newest);

    /** Takes up, of one slot, what another node told until now. */
    void takeOver(int slot);

    /** The last sequence told of a slot; empty where nothing is known of it. */
    Optional<Long> of(int slot);

    /** Everything up to that sequence was told. */
    void set(int slot, long sequence);

    /** Keeps what holds. */
    void save() throws IOException;
}
