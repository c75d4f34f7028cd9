package dev.skerry.blob.encryption;

/**
 * A fresh data key as a key service gives it.
 *
 * @param plain 256 random bits, the caller's to wipe
 * @param wrapped the same under the service's key, in a form of the service's own; safe to keep
 */
public record DataKey(byte[] plain, byte[] wrapped) {
    /** How long a data key is. */
    public static final int LENGTH_BYTES = 32;

    public DataKey {
        if (plain.length != LENGTH_BYTES) {
            throw new IllegalArgumentException("data key: " + plain.length + " bytes (expected: " + LENGTH_BYTES + ")");
        }
    }

    @Override
    public String toString() {
        return "a data key";
    }
}
