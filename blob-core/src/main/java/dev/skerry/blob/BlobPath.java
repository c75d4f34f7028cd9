package dev.skerry.blob;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The blob core's only key: {@code bucket/key} as raw bytes, never normalised. {@code a}, {@code a/}, {@code a//b} and
 * {@code ../x} are four keys. Paths compare as unsigned bytes, which is how S3 lists them.
 *
 * <p>Invariants: the bucket is not empty and holds no slash; the key is 1 to 1024 bytes.
 */
public final class BlobPath implements Comparable<BlobPath> {
    /** S3's limit on the UTF-8 bytes of a key. */
    public static final int MAX_KEY_BYTES = 1024;

    private static final byte SLASH = '/';

    private final byte[] bytes;
    private final int slash;

    private BlobPath(byte[] bytes, int slash) {
        this.bytes = bytes;
        this.slash = slash;
    }

    /** The path of {@code key}, taken as UTF-8, in {@code bucket}. */
    public static BlobPath of(String bucket, String key) {
        return of(bucket, key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The path of {@code key} in {@code bucket}; the key is copied.
     *
     * @throws IllegalArgumentException if the bucket is empty or holds a slash, or the key is empty or longer than
     *     {@value #MAX_KEY_BYTES} bytes
     */
    public static BlobPath of(String bucket, byte[] key) {
        byte[] head = bucket.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(head, head.length + 1 + key.length);
        bytes[head.length] = SLASH;
        System.arraycopy(key, 0, bytes, head.length + 1, key.length);
        return ofBytes(bytes);
    }

    /** The path whose raw form is {@code bucket/key}; the array is kept, so the caller gives it away. */
    public static BlobPath ofBytes(byte[] bytes) {
        int slash = 0;
        while (slash < bytes.length && bytes[slash] != SLASH) {
            slash++;
        }
        int keyLength = bytes.length - slash - 1;
        if (slash == 0 || keyLength < 1 || keyLength > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("path: " + new String(bytes, StandardCharsets.UTF_8)
                    + " (expected: bucket/key with a key of 1.." + MAX_KEY_BYTES + " bytes)");
        }
        return new BlobPath(bytes, slash);
    }

    /** The bucket's name. */
    public String bucket() {
        return new String(bytes, 0, slash, StandardCharsets.UTF_8);
    }

    /**
     * The key as text; bytes that are not UTF-8 are shown as U+FFFD, so this is for people and XML, not for identity.
     */
    public String key() {
        return new String(bytes, slash + 1, bytes.length - slash - 1, StandardCharsets.UTF_8);
    }

    /** A copy of the key's bytes. */
    public byte[] keyBytes() {
        return Arrays.copyOfRange(bytes, slash + 1, bytes.length);
    }

    /** A copy of the whole path's bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public int compareTo(BlobPath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlobPath that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The path as text, for messages. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
