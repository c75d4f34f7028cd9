package dev.skerry.blob.encryption;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A key that a client sent for one request. Neither its bytes nor anything they follow from is ever shown. */
public final class CustomerKey {
    /** How long a key is. */
    public static final int LENGTH_BYTES = 32;

    private final byte[] bytes;
    private final String md5;

    private CustomerKey(byte[] bytes) {
        this.bytes = bytes;
        this.md5 = Base64.getEncoder().encodeToString(md5(bytes));
    }

    /**
     * The key of these bytes, which are copied.
     *
     * @throws IllegalArgumentException unless there are {@link #LENGTH_BYTES} of them
     */
    public static CustomerKey of(byte[] bytes) {
        if (bytes.length != LENGTH_BYTES) {
            throw new IllegalArgumentException(
                    "client's key: " + bytes.length + " bytes (expected: " + LENGTH_BYTES + ")");
        }
        return new CustomerKey(bytes.clone());
    }

    /** Base64 of its MD5, which S3 shows. */
    public String md5() {
        return md5;
    }

    /** Whether that is its MD5; takes as long for one that is nearly so as for any other. */
    public boolean hasMd5(String base64) {
        return MessageDigest.isEqual(
                md5.getBytes(StandardCharsets.US_ASCII), base64.getBytes(StandardCharsets.US_ASCII));
    }

    /** The bytes themselves, which the caller must not change. */
    byte[] bytes() {
        return bytes;
    }

    /**
     * Refuses a request that sends the wrong key, or none where one is needed, or one where none is.
     *
     * @param path what is asked for
     * @param upload whether that is a part of an upload, and not a version
     * @param encryption of the version or the upload
     * @param given what the client sent
     * @throws StoreException with {@code CustomerKeyMissing}, {@code CustomerKeyWrong},
     *     {@code CustomerKeyNotApplicable}
     */
    public static void require(
            BlobPath path, boolean upload, @Nullable BlobEncryption encryption, @Nullable CustomerKey given) {
        String wanted = encryption == null ? null : encryption.customerKeyMd5();
        if (wanted == null) {
            if (given != null) {
                throw new StoreException(new StoreFailure.CustomerKeyNotApplicable(path, upload));
            }
            return;
        }
        if (given == null) {
            throw new StoreException(new StoreFailure.CustomerKeyMissing(path, upload));
        }
        if (!given.hasMd5(wanted)) {
            throw new StoreException(new StoreFailure.CustomerKeyWrong(path, upload));
        }
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    @Override
    public String toString() {
        return "a client's key";
    }
}
