package dev.skerry.keys;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM under a key that is derived for one sealing alone, from a secret and a salt which together are never used
 * again. So its nonce is always zero.
 */
final class Sealing {
    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;

    private Sealing() {}

    /** Seals bytes; {@code bound} must be the same to open them. */
    static byte[] seal(byte[] secret, byte[] salt, byte[] bound, byte[] plain) {
        try {
            return apply(Cipher.ENCRYPT_MODE, secret, salt, bound, plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM (expected: every Java has it)", e);
        }
    }

    /**
     * Opens what was sealed.
     *
     * @throws GeneralSecurityException where it was sealed with anything else, or is damaged
     */
    static byte[] open(byte[] secret, byte[] salt, byte[] bound, byte[] sealed) throws GeneralSecurityException {
        return apply(Cipher.DECRYPT_MODE, secret, salt, bound, sealed);
    }

    private static byte[] apply(int mode, byte[] secret, byte[] salt, byte[] bound, byte[] input)
            throws GeneralSecurityException {
        byte[] key = Derivation.key(secret, salt, bound);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, new byte[NONCE_BYTES]));
            cipher.updateAAD(bound);
            return cipher.doFinal(input);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
