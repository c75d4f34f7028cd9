package dev.skerry.s3.form;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What stands between the parts of a form: the end of a line, two hyphens, and the boundary. Found by Horspool. */
final class Delimiter {
    private final byte[] bytes;
    private final int[] skips = new int[256];

    Delimiter(String boundary) {
        bytes = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        Arrays.fill(skips, bytes.length);
        for (int i = 0; i < bytes.length - 1; i++) {
            skips[bytes[i] & 0xFF] = bytes.length - 1 - i;
        }
    }

    int length() {
        return bytes.length;
    }

    /** Where it begins between two places of {@code text}, the second exclusive; -1 where it is not there whole. */
    int find(byte[] text, int from, int toExclusive) {
        int last = bytes.length - 1;
        int at = from;
        while (at + last < toExclusive) {
            int i = last;
            while (i >= 0 && text[at + i] == bytes[i]) {
                i--;
            }
            if (i < 0) {
                return at;
            }
            at += skips[text[at + last] & 0xFF];
        }
        return -1;
    }
}
