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
 * slot that runs dry is asked for more each time. All slots that are dry are asked at once. Where a seek skipped rows
 * that were read, the next refill is smaller: many keys lie beneath each common prefix, and only the first is of use.
 *
 * @param <T> a row
 */
final class SlotMerge<T> {
    private static final int MAX_REFILL = 1000;
    private static final int MIN_REFILL = 4;

    /** Where a refill begins. */
    sealed interface Position<T> {
        /** At the beginning of what is listed. */
        record Beginning<T>() implements Position<T> {}

        /** At a key, inclusive. */
        record From<T>(byte[] key) implements Position<T> {}

        /** After a row. */
        record After<T>(T row) implements Position<T> {}
    }

    /** At most {@code limit} rows of one slot. */
    record Refill<T>(SlotId slot, Position<T> position, int limit) {}

    /** Where the rows come from. */
    interface Rows<T> {
        /** The rows of each refill, ascending, in the refills' order; fewer than its limit only at the slot's end. */
        List<List<T>> read(List<Refill<T>> refills);

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
     */
    SlotMerge(List<SlotId> slots, Rows<T> rows, int limit) {
        this.rows = rows;
        this.heads = new PriorityQueue<>(
                Math.max(1, slots.size()), Comparator.comparing(Cursor::headKey, Arrays::compareUnsigned));
        int refill = firstRefill(limit, slots.size());
        slots.forEach(slot -> dry.add(new Cursor(slot, refill)));
    }

    private static int firstRefill(int limit, int slots) {
        double share = (limit + 1.0) / Math.max(1, slots);
        int spread = (int) Math.ceil(share + 2 * Math.sqrt(share)) + MIN_REFILL;
        return Math.clamp(spread, MIN_REFILL, MAX_REFILL);
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
        if (!cursor.buffer.isEmpty()) {
            heads.add(cursor);
        } else if (!cursor.exhausted) {
            dry.add(cursor);
        }
    }

    private void refillDry() {
        while (!dry.isEmpty()) {
            List<Cursor> asked = List.copyOf(dry);
            dry.clear();
            List<List<T>> read = rows.read(asked.stream().map(Cursor::refill).toList());
            for (int i = 0; i < asked.size(); i++) {
                asked.get(i).fill(read.get(i));
                requeue(asked.get(i));
            }
        }
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
            int skipped = 0;
            while (!buffer.isEmpty() && Arrays.compareUnsigned(rows.key(buffer.element()), key) < 0) {
                buffer.remove();
                skipped++;
            }
            if (buffer.isEmpty()) {
                seekTo = key;
                if (skipped > 1) {
                    nextRefill = Math.max(MIN_REFILL, nextRefill / 4);
                }
            }
        }

        Refill<T> refill() {
            byte[] key = seekTo;
            T row = last;
            if (key != null) {
                return new Refill<>(slot, new Position.From<>(key), nextRefill);
            }
            return new Refill<>(slot, row == null ? new Position.Beginning<>() : new Position.After<>(row), nextRefill);
        }

        void fill(List<T> read) {
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
}
