package dev.skerry.cluster.placement;

import dev.skerry.blob.PlacementGroup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How long a straw an item draws for a placement group: CRUSH's straw2. The longest wins in proportion to the weights,
 * and what one item draws does not depend on the others: a change of one moves only what it gains or loses.
 *
 * <p>The same in every JVM: SHA-256 for chance, and {@link StrictMath} for the logarithm.
 */
final class Straw {
    /** A number of so many bits is a double exactly. */
    private static final int BITS = 53;

    private Straw() {}

    /**
     * The length, less than 0.
     *
     * @param kind what is drawing, so that a zone and a node of one name draw apart
     * @param weight more than 0
     */
    static double length(PlacementGroup group, String kind, String name, long weight) {
        if (weight < 1) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 1 or more)");
        }
        byte[] item = (kind + '/' + group.value() + '/' + name).getBytes(StandardCharsets.UTF_8);
        long chance = ByteBuffer.wrap(sha256().digest(item)).getLong() >>> (Long.SIZE - BITS);
        return StrictMath.log((chance + 0.5) / (1L << BITS)) / weight;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
