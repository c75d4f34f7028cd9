package dev.skerry.blob.store;

import dev.skerry.blob.SlotId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One ascending cursor over rows that lie in many slots. A path lives in one slot, so slots are merged by key alone.
 *
 * <p>Every slot is read in refills. The first is what a page that is spread evenly takes from a slot, and a little; a
 * slot that runs dry is asked for more each time. Where a seek skipped what was read, the next refill is smaller: many
 * keys lie beneath each common prefix, and only the first is of use.
 *
 * @param <T> a row
 */
final class SlotMerge<T> {
    private static final int MAX_REFILL = 1000;
    private static final int MIN_REFILL = 4;
    private static final int FIRST_REFILL_OF_FOLDED = 16;

    /** Rows of one slot, ascending. */
    interface Rows<T> {
        /** From the beginning of what is listed. */
        List<T> first(SlotId slot, int limit);

        /** From a key on, inclusive. */
        List<T> from(SlotId slot, byte[] key, int limit);

        /** After a row. */
        List<T> after(SlotId slot, T row, int limit);

        /** The key of a row. */
        byte[] key(T row);

        /** Whether a row read is shown at all. */
        boolean shown(T row);
    }

    private final Rows<T> rows;
    private final PriorityQueue<Cursor> heads;
    private final List<Cursor> dry = new ArrayList<>();

    /**
     * A cursor before the first row.
     *
     * @param limit about how many rows will be taken
     * @param folded whether rows will be skipped
     */
    SlotMerge(List<SlotId> slots, Rows<T> rows, int limit, boolean folded) {
        this.rows = rows;
        this.heads = new PriorityQueue<>(
                Math.max(1, slots.size()), Comparator.comparing(Cursor::headKey, Arrays::compareUnsigned));
        int refill = firstRefill(limit, slots.size(), folded);
        slots.forEach(slot -> dry.add(new Cursor(slot, refill)));
    }

    private static int firstRefill(int limit, int slots, boolean folded) {
        double share = (limit + 1.0) / Math.max(1, slots);
        int spread = (int) Math.ceil(share + 2 * Math.sqrt(share)) + MIN_REFILL;
        int refill = folded ? Math.min(FIRST_REFILL_OF_FOLDED, spread) : spread;
        return Math.clamp(refill, MIN_REFILL, MAX_REFILL);
    }

    /** Whether a row is left. Reads no slot where the answer is known without. */
    boolean hasNext() {
        if (heads.isEmpty()) {
            refillDry();
        }
        return !heads.isEmpty();
    }

    /** The key of the next row, or null at the end. */
    byte @Nullable [] peekKey() {
        refillDry();
        Cursor least = heads.peek();
        return least == null ? null : least.headKey();
    }

    /** The next row; {@link #peekKey} said that there is one. */
    T take() {
        Cursor least = heads.remove();
        T row = least.take();
        requeue(least);
        return row;
    }

    /** Skips all rows whose key is below {@code key}. */
    void seek(byte[] key) {
        for (Cursor cursor : dry) {
            cursor.seek(key);
        }
        for (Cursor least = heads.peek();
                least != null && Arrays.compareUnsigned(least.headKey(), key) < 0;
                least = heads.peek()) {
            heads.remove();
            least.seek(key);
            requeue(least);
        }
    }

    /** Skips everything. */
    void end() {
        heads.clear();
        dry.clear();
    }

    private void requeue(Cursor cursor) {
        if (cursor.buffer.isEmpty()) {
            dry.add(cursor);
        } else {
            heads.add(cursor);
        }
    }

    private void refillDry() {
        for (Cursor cursor : dry) {
            cursor.refill();
            if (!cursor.buffer.isEmpty()) {
                heads.add(cursor);
            }
        }
        dry.clear();
    }

    private final class Cursor {
        private final SlotId slot;
        private final Deque<T> buffer = new ArrayDeque<>();
        private byte @Nullable [] headKey;
        private @Nullable T last;
        private byte @Nullable [] seekTo;
        private int nextRefill;
        private boolean exhausted;

        Cursor(SlotId slot, int firstRefill) {
            this.slot = slot;
            this.nextRefill = firstRefill;
        }

        byte[] headKey() {
            byte[] key = headKey;
            if (key == null) {
                key = rows.key(buffer.element());
                headKey = key;
            }
            return key;
        }

        T take() {
            headKey = null;
            return buffer.remove();
        }

        void seek(byte[] key) {
            headKey = null;
            boolean read = !buffer.isEmpty();
            while (!buffer.isEmpty() && Arrays.compareUnsigned(rows.key(buffer.element()), key) < 0) {
                buffer.remove();
            }
            if (buffer.isEmpty()) {
                seekTo = key;
                if (read) {
                    nextRefill = Math.max(MIN_REFILL, nextRefill / 4);
                }
            }
        }

        void refill() {
            while (buffer.isEmpty() && !exhausted) {
                List<T> read = read();
                exhausted = read.size() < nextRefill;
                if (!read.isEmpty()) {
                    last = read.getLast();
                    seekTo = null;
                }
                for (T row : read) {
                    if (rows.shown(row)) {
                        buffer.add(row);
                    }
                }
                nextRefill = Math.min(MAX_REFILL, nextRefill * 2);
            }
        }

        private List<T> read() {
            byte[] key = seekTo;
            if (key != null) {
                return rows.from(slot, key, nextRefill);
            }
            T row = last;
            return row == null ? rows.first(slot, nextRefill) : rows.after(slot, row, nextRefill);
        }
    }
}
