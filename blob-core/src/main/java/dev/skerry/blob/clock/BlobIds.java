package dev.skerry.blob.clock;

import dev.skerry.blob.BlobId;
import java.util.random.RandomGenerator;

/**
 * Draws blob ids. The 80 bits that follow a ULID's time are the clock's 16-bit counter and 64 random bits, so that the
 * ids of one process ascend strictly, because its clock does, and those of two nodes differ. Safe for use by many
 * threads where the random generator is.
 *
 * @see <a href="https://github.com/ulid/spec">ULID specification</a>
 */
public final class BlobIds {
    private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int LENGTH = 26;
    private static final int BITS_PER_CHARACTER = 5;

    /** The characters that hold the 48 bits of time, and those that hold them and the counter after it. */
    private static final int TIME_CHARACTERS = 10;

    private final HlcClock clock;
    private final RandomGenerator random;

    /** Ids of the times of {@code clock}. */
    public BlobIds(HlcClock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /** The next id; greater than all before. */
    public BlobId next() {
        return at(clock.now());
    }

    /** An id of a time the caller drew from the clock. Two of the same time differ but are in no order. */
    public BlobId at(HlcTimestamp hlc) {
        return of(hlc, random.nextLong());
    }

    /** The id of a time and 64 bits of the caller's choice. */
    public static BlobId of(HlcTimestamp hlc, long low) {
        // 128 bits in two longs: 48 of time and 16 of counter, then the other 64.
        long high = hlc.packed();
        char[] text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = ALPHABET[(int) (low & 31)];
            low = low >>> BITS_PER_CHARACTER | high << (Long.SIZE - BITS_PER_CHARACTER);
            high >>>= BITS_PER_CHARACTER;
        }
        return new BlobId(new String(text));
    }

    /**
     * The time an id was drawn at. Of a ULID made elsewhere the millisecond is right and the counter arbitrary.
     *
     * @throws IllegalArgumentException if its time is beyond the clock's range
     */
    public static HlcTimestamp timeOf(BlobId id) {
        String text = id.value();
        long millis = 0;
        for (int i = 0; i < TIME_CHARACTERS; i++) {
            millis = millis << BITS_PER_CHARACTER | digit(text.charAt(i));
        }
        int first20 = 0;
        for (int i = TIME_CHARACTERS; i < TIME_CHARACTERS + 4; i++) {
            first20 = first20 << BITS_PER_CHARACTER | digit(text.charAt(i));
        }
        return new HlcTimestamp(millis, first20 >>> 4);
    }

    private static int digit(char c) {
        for (int i = 0; i < ALPHABET.length; i++) {
            if (ALPHABET[i] == c) {
                return i;
            }
        }
        throw new IllegalStateException("character of a blob id: " + c);
    }
}
