package dev.skerry.compat.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Test content and its digests. */
public final class Bytes {
    private Bytes() {}

    /** {@code size} bytes that are the same for the same seed. */
    public static byte[] of(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** The text's UTF-8. */
    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** SHA-256 in hexadecimal. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-256", bytes));
    }

    /** MD5 in hexadecimal. */
    public static String md5(byte[] bytes) {
        return HexFormat.of().formatHex(digest("MD5", bytes));
    }

    /** The digest in Base64, as {@code Content-MD5} and the checksum headers have it. */
    public static String base64(String algorithm, byte[] bytes) {
        return switch (algorithm) {
            case "CRC32" -> crc(new CRC32(), bytes);
            case "CRC32C" -> crc(new CRC32C(), bytes);
            case "CRC64NVME" -> crc64Nvme(bytes);
            case "SHA1" -> Base64.getEncoder().encodeToString(digest("SHA-1", bytes));
            case "SHA256" -> Base64.getEncoder().encodeToString(digest("SHA-256", bytes));
            default -> Base64.getEncoder().encodeToString(digest(algorithm, bytes));
        };
    }

    /** The digest by Java's name of the algorithm. */
    public static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(algorithm, e);
        }
    }

    private static String crc(Checksum checksum, byte[] bytes) {
        checksum.update(bytes);
        byte[] value = new byte[4];
        for (int i = 0; i < 4; i++) {
            value[i] = (byte) (checksum.getValue() >>> (24 - 8 * i));
        }
        return Base64.getEncoder().encodeToString(value);
    }

    private static String crc64Nvme(byte[] bytes) {
        long crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x9A6C9329AC4BC9B5L;
            }
        }
        byte[] value = new byte[8];
        for (int i = 0; i < 8; i++) {
            value[i] = (byte) (~crc >>> (56 - 8 * i));
        }
        return Base64.getEncoder().encodeToString(value);
    }
}
