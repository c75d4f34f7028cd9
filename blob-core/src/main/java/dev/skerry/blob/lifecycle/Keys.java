package dev.skerry.blob.lifecycle;

import dev.skerry.blob.commit.Fold;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** The order of keys, which is that of their bytes. */
final class Keys {
    static final Comparator<String> ASCENDING = Comparator.comparing(Keys::bytes, Arrays::compareUnsigned);

    private Keys() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether no key that begins with {@code prefix} comes after {@code key}. */
    static boolean isPast(byte[] key, byte[] prefix) {
        byte[] end = Fold.successor(prefix);
        return end != null && Arrays.compareUnsigned(key, end) >= 0;
    }
}
