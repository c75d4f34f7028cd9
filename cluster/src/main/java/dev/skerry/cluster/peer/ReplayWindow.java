package dev.skerry.cluster.peer;

/**
 * Which numbers of a session were seen. Numbers need not come in order, but one that is older than the window is wide
 * counts as seen. Safe for many threads.
 */
final class ReplayWindow {
    /** More than may be under way at once. */
    static final int WIDTH = 16 * 1024;

    // Guarded by this; the bit of a number is at number mod WIDTH.
    private final long[] seen = new long[WIDTH / Long.SIZE];
    private long highest;

    /** Whether the number, 0 or more, is here for the first time; from then on it is not. */
    synchronized boolean first(long number) {
        if (number < 0 || number <= highest - WIDTH) {
            return false;
        }
        if (number > highest) {
            forgetUpTo(number);
            highest = number;
        }
        int word = (int) (number % WIDTH) / Long.SIZE;
        long bit = 1L << (number % Long.SIZE);
        boolean isFirst = (seen[word] & bit) == 0;
        seen[word] |= bit;
        return isFirst;
    }

    /** Frees the places of the numbers above the highest so far, up to that one. */
    private void forgetUpTo(long number) {
        int places = (int) Math.min(number - highest, WIDTH);
        for (int back = 0; back < places; back++) {
            long next = number - back;
            seen[(int) (next % WIDTH) / Long.SIZE] &= ~(1L << (next % Long.SIZE));
        }
    }
}
