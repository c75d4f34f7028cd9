package dev.skerry.blob.commit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a delimiter folds keys: those that hold it past the prefix become one common prefix, which ends with its first
 * occurrence there.
 */
public final class Fold {
    private final byte[] prefix;
    private final byte[] delimiter;

    /** Of keys that begin with {@code prefix}; an empty delimiter folds none. */
    public Fold(String prefix, String delimiter) {
        this(prefix.getBytes(StandardCharsets.UTF_8), delimiter.getBytes(StandardCharsets.UTF_8));
    }

    /** The same, as raw bytes. */
    public Fold(byte[] prefix, byte[] delimiter) {
        this.prefix = prefix.clone();
        this.delimiter = delimiter.clone();
    }

    /** What every key begins with. */
    public byte[] prefix() {
        return prefix.clone();
    }

    /** What folds keys; empty where nothing does. */
    public byte[] delimiter() {
        return delimiter.clone();
    }

    /** Whether there is a delimiter. */
    public boolean folds() {
        return delimiter.length > 0;
    }

    /** The common prefix the key falls under, or null where it stands for itself. */
    public byte @Nullable [] commonPrefix(byte[] key) {
        if (delimiter.length == 0 || !startsWith(key, prefix)) {
            return null;
        }
        for (int start = prefix.length; start + delimiter.length <= key.length; start++) {
            int end = start + delimiter.length;
            if (Arrays.equals(key, start, end, delimiter, 0, delimiter.length)) {
                return Arrays.copyOf(key, end);
            }
        }
        return null;
    }

    /** The least key that is greater than every key beginning with {@code bytes}, or null where there is none. */
    public static byte @Nullable [] successor(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == (byte) 0xFF) {
            length--;
        }
        if (length == 0) {
            return null;
        }
        byte[] next = Arrays.copyOf(bytes, length);
        next[length - 1]++;
        return next;
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
