package dev.skerry.metadata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The paths of a bucket that begin with a prefix, from a key on.
 *
 * @param fromInclusive the least path
 * @param toExclusive the least path beyond
 */
record KeyRange(byte[] fromInclusive, byte[] toExclusive) {
    /** All paths of the bucket that begin with {@code prefix}. */
    static KeyRange of(String bucket, byte[] prefix) {
        byte[] from = join(bucket, prefix);
        return new KeyRange(from, successor(from));
    }

    /** Those of {@link #of} that are not below {@code key}, or not {@code key} either. */
    static KeyRange of(String bucket, byte[] prefix, byte[] key, boolean keyInclusive) {
        KeyRange all = of(bucket, prefix);
        byte[] bound = join(bucket, key);
        if (!keyInclusive) {
            bound = Arrays.copyOf(bound, bound.length + 1); // a zero byte after it: the least path that is greater
        }
        return Arrays.compareUnsigned(bound, all.fromInclusive) > 0 ? new KeyRange(bound, all.toExclusive) : all;
    }

    boolean isEmpty() {
        return Arrays.compareUnsigned(fromInclusive, toExclusive) >= 0;
    }

    /** The path of {@code key} in {@code bucket} as the database holds it; the key may be empty or too long. */
    static byte[] join(String bucket, byte[] key) {
        byte[] head = bucket.getBytes(StandardCharsets.UTF_8);
        byte[] path = Arrays.copyOf(head, head.length + 1 + key.length);
        path[head.length] = '/';
        System.arraycopy(key, 0, path, head.length + 1, key.length);
        return path;
    }

    /** Whether {@code key} begins with {@code prefix}. */
    static boolean hasPrefix(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The least path that does not begin with {@code path}: there is one, for the slash is not the greatest byte. */
    private static byte[] successor(byte[] path) {
        int last = path.length - 1;
        while (path[last] == (byte) 0xff) {
            last--;
        }
        byte[] successor = Arrays.copyOf(path, last + 1);
        successor[last]++;
        return successor;
    }
}
