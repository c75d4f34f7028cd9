package dev.skerry.blob.encryption;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Keys that follow from a key by HKDF-SHA256, one for each use, so that no two uses share one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>
 */
final class Derivation {
    private static final int KEY_BYTES = 32;

    private Derivation() {}

    /** The key of {@code algorithm} for the use that {@code use} names. */
    static SecretKey key(byte[] from, String algorithm, String use) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            algorithm,
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(from)
                                    .thenExpand(use.getBytes(StandardCharsets.US_ASCII), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HKDF-SHA256", e);
        }
    }
}
