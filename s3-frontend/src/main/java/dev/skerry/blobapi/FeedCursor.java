package dev.skerry.blobapi;

import dev.skerry.blob.event.SequencedEvent;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a subscriber has come: the last sequence it saw of every source. On the wire it is the sequences in the order
 * of their sources, the catalog first, each as a number of seven bits a byte; clients take it as it is.
 */
final class FeedCursor {
    private static final int FORMAT = 1;
    private static final int MAX_LENGTH = 100_000;

    private final SortedMap<Integer, Long> sequences;

    private FeedCursor(SortedMap<Integer, Long> sequences) {
        this.sequences = sequences;
    }

    static FeedCursor of(SortedMap<Integer, Long> sequences) {
        return new FeedCursor(new TreeMap<>(sequences));
    }

    long after(int source) {
        return sequences.getOrDefault(source, 0L);
    }

    Set<Integer> sources() {
        return sequences.keySet();
    }

    /** Notes that an event was seen. */
    void advance(SequencedEvent event) {
        sequences.merge(event.source(), event.sequence(), Math::max);
    }

    FeedCursor copy() {
        return of(sequences);
    }

    String write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(FORMAT);
        for (long sequence : sequences.values()) {
            long left = sequence;
            while (left >= 0x80) {
                bytes.write((int) ((left & 0x7F) | 0x80));
                left >>>= 7;
            }
            bytes.write((int) left);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /**
     * Reads what {@link #write} gave.
     *
     * @param sources the sources there are, which the cursor must know all of
     * @throws ApiException with {@code INVALID_CURSOR}
     */
    static FeedCursor read(String text, Collection<Integer> sources) {
        byte[] bytes = decode(text);
        SortedMap<Integer, Long> sequences = new TreeMap<>();
        int at = 1;
        for (int source : new TreeSet<>(sources)) {
            long sequence = 0;
            int shift = 0;
            boolean more = true;
            while (more) {
                if (at >= bytes.length || shift > 56) {
                    throw invalid();
                }
                sequence |= (long) (bytes[at] & 0x7F) << shift;
                more = bytes[at] < 0;
                shift += 7;
                at++;
            }
            sequences.put(source, sequence);
        }
        if (at != bytes.length) {
            throw invalid();
        }
        return new FeedCursor(sequences);
    }

    private static byte[] decode(String text) {
        byte[] bytes;
        try {
            bytes = text.length() > MAX_LENGTH
                    ? new byte[0]
                    : Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length == 0 || bytes[0] != FORMAT) {
            throw invalid();
        }
        return bytes;
    }

    private static ApiException invalid() {
        return new ApiException(ApiErrorCode.INVALID_CURSOR, "cursor (expected: one that this change feed gave)");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeedCursor that && sequences.equals(that.sequences);
    }

    @Override
    public int hashCode() {
        return sequences.hashCode();
    }

    @Override
    public String toString() {
        return "FeedCursor" + Arrays.toString(sequences.values().toArray());
    }
}
