package dev.skerry.cluster.peer;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What all nodes of a cluster know and nobody else. It is never sent, shown or logged; keys are derived from it. */
public final class ClusterSecret {
    /** The fewest bytes a secret may have. */
    public static final int MIN_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private ClusterSecret(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * A secret of that text, whose ends are trimmed: a file usually ends with a line feed.
     *
     * @throws IllegalArgumentException if it is too short; the message does not repeat it
     */
    public static ClusterSecret of(String text) {
        byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "cluster secret: " + bytes.length + " bytes (expected: " + MIN_BYTES + " or more)");
        }
        return new ClusterSecret(new SecretKeySpec(bytes, ALGORITHM));
    }

    /** A key that only who knows the secret can know, another one for every text. */
    byte[] derive(String text) {
        return mac(key).doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    /** HMAC-SHA256 with this key, good for one text after the other. */
    static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** A key for {@link #mac}. */
    static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    @Override
    public String toString() {
        return "ClusterSecret[not shown]";
    }
}
