package dev.skerry.keys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * HKDF with SHA-256, and the one form in which texts are bound to keys.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5869">RFC 5869</a>
 */
final class Derivation {
    private static final int KEY_BYTES = 32;

    private Derivation() {}

    /** A key of 256 bits from a secret; another salt or another purpose gives one that has nothing to do with it. */
    static byte[] key(byte[] secret, byte[] salt, byte[] purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt(salt)
                            .thenExpand(purpose, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 (expected: every Java has it)", e);
        }
    }

    /** Texts and pairs as bytes, each with its length before it, so that no two different ones look alike. */
    static byte[] bytes(String label, String keyId, int version, Map<String, String> context) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(out, label);
        put(out, keyId);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(version).array());
        new TreeMap<>(context).forEach((name, value) -> {
            put(out, name);
            put(out, value);
        });
        return out.toByteArray();
    }

    private static void put(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }
}
