package dev.skerry.blob.encryption;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Wraps data keys under a client's key with AES-256-GCM: a random nonce, the key, the tag. The client's key itself
 * seals nothing; what does is derived from it.
 */
final class KeyWrap {
    private static final String TRANSFORMATION = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private KeyWrap() {}

    static byte[] wrap(byte[] under, byte[] key, SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, under, nonce).doFinal(key);
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("wrapping of a key", e);
        }
    }

    /** The key wrapped; empty where it was wrapped under another one, or is damaged. */
    static Optional<byte[]> unwrap(byte[] under, byte[] wrapped) {
        if (wrapped.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(wrapped, 0, nonce, 0, NONCE_BYTES);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, under, nonce)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("unwrapping of a key", e);
        }
    }

    private static Cipher cipher(int mode, byte[] under, byte[] nonce) throws GeneralSecurityException {
        SecretKey key = Derivation.key(under, "AES", "wrap");
        Cipher cipher = Cipher.getInstance(TRANSFORMATION);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
