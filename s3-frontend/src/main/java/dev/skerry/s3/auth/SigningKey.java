package dev.skerry.s3.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What the requests of a day, region and secret are signed with: HMAC-SHA256 with a key that stays. Both of its digests
 * are kept as they are after the key's block, which would otherwise be half of what there is to hash. Safe for many
 * threads: each works on copies.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2104#section-4">RFC 2104, section 4</a>
 */
final class SigningKey {
    private static final int BLOCK_BYTES = 64;

    private final MessageDigest inner;
    private final MessageDigest outer;

    /** Of a key that is no longer than a block, as every SHA-256 is. */
    SigningKey(byte[] key) {
        inner = after(key, (byte) 0x36);
        outer = after(key, (byte) 0x5c);
    }

    private static MessageDigest after(byte[] key, byte pad) {
        if (key.length > BLOCK_BYTES) {
            throw new IllegalArgumentException("key: " + key.length + " bytes (expected: at most " + BLOCK_BYTES + ")");
        }
        MessageDigest digest = Digests.sha256();
        for (int i = 0; i < BLOCK_BYTES; i++) {
            digest.update((byte) (pad ^ (i < key.length ? key[i] : 0)));
        }
        return digest;
    }

    /** The hexadecimal signature of a text. */
    String sign(String text) {
        byte[] hashed = Digests.copy(inner).digest(text.getBytes(StandardCharsets.UTF_8));
        return Digests.hex(Digests.copy(outer).digest(hashed));
    }
}
