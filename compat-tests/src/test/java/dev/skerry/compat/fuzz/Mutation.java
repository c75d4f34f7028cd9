package dev.skerry.compat.fuzz;

import dev.skerry.compat.wire.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes valid bytes a little invalid. */
final class Mutation {
    private static final List<String> MORSELS = List.of(
            "\u0000",
            "<",
            ">",
            "&",
            "&#0;",
            "&#x110000;",
            "&lt;",
            "]]>",
            "<![CDATA[",
            "<!--",
            "<?x",
            "<!DOCTYPE a>",
            "\"",
            "'",
            "\r\n",
            "\n",
            "%00",
            "%",
            "%zz",
            "%F0%28",
            "..",
            "/",
            "//",
            "?",
            "#",
            ";",
            "=",
            "&&",
            "+",
            " ",
            "\t",
            "-1",
            "0",
            "99999999999999999999",
            "2147483648",
            "0x10",
            "NaN",
            "null",
            "true",
            "é",
            "\uD83D\uDE00",
            "*",
            "\\",
            "\u0085",
            "\uFEFF",
            "bytes=",
            "\"\"",
            "W/\"x\"",
            ",,,",
            "x".repeat(3000));

    private final SplittableRandom random;

    Mutation(SplittableRandom random) {
        this.random = random;
    }

    /** One of them. */
    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    String morsel() {
        return pick(MORSELS);
    }

    /** The text with one to four changes. */
    String text(String valid) {
        return new String(bytes(Bytes.utf8(valid)), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The bytes with one to four changes: flips, cuts, doublings, insertions. */
    byte[] bytes(byte[] valid) {
        byte[] changed = valid.clone();
        int changes = random.nextInt(1, 5);
        for (int i = 0; i < changes; i++) {
            changed = once(changed);
        }
        return changed;
    }

    private byte[] once(byte[] bytes) {
        if (bytes.length == 0) {
            return Bytes.utf8(morsel());
        }
        int at = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, at + random.nextInt(1, 40));
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
            case 3 -> join(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
            default ->
                join(join(Arrays.copyOf(bytes, at), Bytes.utf8(morsel())), Arrays.copyOfRange(bytes, at, bytes.length));
        };
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
