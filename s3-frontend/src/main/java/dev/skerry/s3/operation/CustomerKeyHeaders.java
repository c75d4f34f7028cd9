package dev.skerry.s3.operation;

import dev.skerry.blob.encryption.CustomerKey;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The three headers a client's own key comes in. What is wrong with them is said without showing any of them.
 *
 * @param algorithm names the one algorithm there is
 * @param key its 32 bytes in Base64
 * @param md5 the MD5 of the bytes in Base64
 */
record CustomerKeyHeaders(String algorithm, String key, String md5) {
    /** Of the object itself. */
    static final CustomerKeyHeaders OWN = named("x-amz-server-side-encryption-customer-");

    /** Of the object that is copied. */
    static final CustomerKeyHeaders OF_SOURCE = named("x-amz-copy-source-server-side-encryption-customer-");

    private static final String REQUESTS =
            "Requests specifying Server Side Encryption with Customer provided keys must provide ";

    private static CustomerKeyHeaders named(String prefix) {
        return new CustomerKeyHeaders(prefix + "algorithm", prefix + "key", prefix + "key-md5");
    }

    /** Whether any of the three is there. */
    boolean any(Function<String, Optional<String>> fields) {
        return fields.apply(algorithm).isPresent()
                || fields.apply(key).isPresent()
                || fields.apply(md5).isPresent();
    }

    /**
     * The key.
     *
     * @throws S3Exception with InvalidArgument or InvalidEncryptionAlgorithmError
     */
    CustomerKey read(Function<String, Optional<String>> fields) {
        String named = fields.apply(algorithm)
                .orElseThrow(() -> invalid(REQUESTS + "a valid encryption algorithm.", algorithm));
        if (!named.equals(EncryptionHeaders.AES256)) {
            Map<String, String> where = new LinkedHashMap<>();
            where.put("ArgumentName", EncryptionHeaders.METHOD);
            where.put("ArgumentValue", named);
            throw new S3Exception(
                    S3ErrorCode.INVALID_ENCRYPTION_ALGORITHM,
                    S3ErrorCode.INVALID_ENCRYPTION_ALGORITHM.message(),
                    where);
        }
        String text = fields.apply(key).orElseThrow(() -> invalid(REQUESTS + "an appropriate secret key.", key));
        String digest = fields.apply(md5)
                .orElseThrow(() -> invalid(REQUESTS + "the client calculated MD5 of the secret key.", md5));
        byte[] bytes = decode(text);
        try {
            if (!MessageDigest.isEqual(md5(bytes), decodeDigest(digest))) {
                throw invalid("The calculated MD5 hash of the key did not match the hash that was provided.", md5);
            }
            if (bytes.length != CustomerKey.LENGTH_BYTES) {
                throw invalidKey();
            }
            return CustomerKey.of(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Adds what answers say of a client's key. */
    static void addTo(Map<String, String> headers, String keyMd5) {
        headers.put(OWN.algorithm, EncryptionHeaders.AES256);
        headers.put("x-amz-server-side-encryption-customer-key-MD5", keyMd5);
    }

    private byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw invalidKey();
        }
    }

    private S3Exception invalidKey() {
        return invalid("The secret key was invalid for the specified algorithm.", key);
    }

    /** What is no Base64 is no key's MD5. */
    private static byte[] decodeDigest(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    private static S3Exception invalid(String message, String header) {
        return new S3Exception(S3ErrorCode.INVALID_ARGUMENT, message, Map.of("ArgumentName", header));
    }
}
