package dev.skerry.blob.commit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a replica come to, told apart by slotlets: each row belongs to one by a hash of its path, or of the
 * name of what it is a part of. Replicas that have applied the same entries have equal digests.
 *
 * @param slotlets {@link #SLOTLETS} of them
 */
public record RowDigest(List<Slotlet> slotlets) {
    /** How many parts a replica is compared in. */
    public static final int SLOTLETS = 64;

    /**
     * A part of a replica.
     *
     * @param rows how many it has
     * @param sum of the first eight bytes of each row's SHA-256, modulo 2<sup>64</sup>: in whatever order they are read
     */
    public record Slotlet(long rows, long sum) {}

    public RowDigest {
        slotlets = List.copyOf(slotlets);
        if (slotlets.size() != SLOTLETS) {
            throw new IllegalArgumentException("slotlets: " + slotlets.size() + " (expected: " + SLOTLETS + ")");
        }
    }

    /** How many rows there are in all. */
    public long rows() {
        return slotlets.stream().mapToLong(Slotlet::rows).sum();
    }

    /** The numbers of the slotlets in which the other is another. */
    public List<Integer> differing(RowDigest other) {
        return IntStream.range(0, SLOTLETS)
                .filter(i -> !slotlets.get(i).equals(other.slotlets.get(i)))
                .boxed()
                .toList();
    }

    /** Adds rows up, in any order. Used by one thread. */
    public static final class Sum {
        private final long[] rows = new long[SLOTLETS];
        private final long[] sums = new long[SLOTLETS];
        private final MessageDigest sha256 = sha256();
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer header = ByteBuffer.allocate(1 + Long.BYTES);

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        /**
         * Adds a row.
         *
         * @param of what says which slotlet it belongs to
         * @param fields numbers, texts and bytes that tell it from every other row; null for what it does not have
         */
        public void add(byte[] of, List<? extends @Nullable Object> fields) {
            crc.reset();
            crc.update(of);
            int slotlet = (int) (crc.getValue() % SLOTLETS);
            fields.forEach(this::take);
            rows[slotlet]++;
            sums[slotlet] += ByteBuffer.wrap(sha256.digest()).getLong();
        }

        private void take(@Nullable Object field) {
            switch (field) {
                case null -> sha256.update((byte) 0);
                case Long number -> sha256.update(header('n', number));
                case String text -> take('t', text.getBytes(StandardCharsets.UTF_8));
                case byte[] bytes -> take('b', bytes);
                default -> throw new IllegalArgumentException("a field of " + field.getClass());
            }
        }

        private void take(char kind, byte[] bytes) {
            sha256.update(header(kind, bytes.length));
            sha256.update(bytes);
        }

        private ByteBuffer header(char kind, long value) {
            return header.clear().put((byte) kind).putLong(value).flip();
        }

        /** What was added. */
        public RowDigest done() {
            return new RowDigest(IntStream.range(0, SLOTLETS)
                    .mapToObj(i -> new Slotlet(rows[i], sums[i]))
                    .toList());
        }
    }
}
