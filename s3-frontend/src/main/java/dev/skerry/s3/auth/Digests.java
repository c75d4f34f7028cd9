package dev.skerry.s3.auth;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The two functions Signature Version 4 is made of, and the one of version 2. */
final class Digests {
    /** SHA-256 of nothing. */
    static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String HMAC = "HmacSHA256";
    private static final String OLD_HMAC = "HmacSHA1";

    /** Never fed: a copy of it costs less than a search for who provides one. */
    private static final MessageDigest SHA256 = provided();

    private Digests() {}

    static MessageDigest sha256() {
        return copy(SHA256);
    }

    /** A digest that goes on from where {@code digest} is. */
    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's digests can be copied", e);
        }
    }

    private static MessageDigest provided() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** The hexadecimal SHA-256 of text that holds one byte per character. */
    static String sha256Hex(String wireText) {
        return hex(sha256().digest(wireText.getBytes(StandardCharsets.ISO_8859_1)));
    }

    static byte[] hmac(byte[] key, String text) {
        return hmac(HMAC, key, text);
    }

    /** What Signature Version 2 is made of, for forms only. */
    static byte[] oldHmac(byte[] key, String text) {
        return hmac(OLD_HMAC, key, text);
    }

    private static byte[] hmac(String algorithm, byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    /** Compares without telling by the time it takes where the first difference is. */
    static boolean same(String computed, String given) {
        return MessageDigest.isEqual(computed.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
