package dev.skerry.keys;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;

/**
 * Data keys under the keys of a ring: each is sealed with the version's secret and a random salt, bound to the key's
 * name, the version and the context. As bytes: {@value #FORM}, the version in four bytes, the salt, the data key with
 * its tag.
 */
final class Wrapping {
    /** What wrapped keys of a ring begin with. */
    static final byte FORM = 1;

    private static final String LABEL = "skerry key ring: data key";
    private static final int SALT_BYTES = 32;
    private static final int HEAD_BYTES = 1 + Integer.BYTES;
    private static final int WRAPPED_BYTES = HEAD_BYTES + SALT_BYTES + KeyRing.SECRET_BYTES + Sealing.TAG_BYTES;

    private Wrapping() {}

    /** Wraps a data key. */
    static byte[] wrap(
            String keyId, KeyRing.Version version, Map<String, String> context, byte[] dataKey, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] secret = version.secret();
        byte[] bound = Derivation.bytes(LABEL, keyId, version.number(), context);
        byte[] sealed = Sealing.seal(secret, salt, bound, dataKey);
        Arrays.fill(secret, (byte) 0);
        return ByteBuffer.allocate(WRAPPED_BYTES)
                .put(FORM)
                .putInt(version.number())
                .put(salt)
                .put(sealed)
                .array();
    }

    /** Whether bytes look as a ring wraps keys. */
    static boolean isOurs(byte[] wrapped) {
        return wrapped.length == WRAPPED_BYTES && wrapped[0] == FORM;
    }

    /** The version that a data key was wrapped with. */
    static int version(byte[] wrapped) {
        return ByteBuffer.wrap(wrapped).getInt(1);
    }

    /**
     * Unwraps a data key.
     *
     * @throws GeneralSecurityException where it was wrapped with another secret, for another key or in another context
     */
    static byte[] unwrap(String keyId, KeyRing.Version version, Map<String, String> context, byte[] wrapped)
            throws GeneralSecurityException {
        byte[] salt = Arrays.copyOfRange(wrapped, HEAD_BYTES, HEAD_BYTES + SALT_BYTES);
        byte[] sealed = Arrays.copyOfRange(wrapped, HEAD_BYTES + SALT_BYTES, wrapped.length);
        byte[] secret = version.secret();
        try {
            return Sealing.open(secret, salt, Derivation.bytes(LABEL, keyId, version.number(), context), sealed);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
