package dev.skerry.blob.migrate;

import dev.skerry.blob.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** The digests of a whole body, computed as its bytes go by. Used by one thread at a time; each is asked for once. */
final class WholeDigest {
    private final MessageDigest md5 = digest("MD5");
    private final MessageDigest sha256 = digest("SHA-256");

    void update(byte[] bytes) {
        md5.update(bytes);
        sha256.update(bytes);
    }

    void update(ByteBuffer bytes) {
        md5.update(bytes.duplicate());
        sha256.update(bytes);
    }

    String md5() {
        return HexFormat.of().formatHex(md5.digest());
    }

    Sha256 sha256() {
        return new Sha256(HexFormat.of().formatHex(sha256.digest()));
    }

    static int crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + name, e);
        }
    }
}
