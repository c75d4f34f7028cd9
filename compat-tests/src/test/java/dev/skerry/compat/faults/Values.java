package dev.skerry.compat.faults;

import dev.skerry.compat.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bodies that clients write: each has a name of its own in its first line, and the rest of it follows from that.
 */
final class Values {
    private static final int INLINE = 8192;
    private static final int LARGE = 200_000;

    private final AtomicLong last = new AtomicLong();
    private final Map<String, String> byETag = new ConcurrentHashMap<>();

    /** A name that was not given before. */
    String next() {
        String name = "v" + last.incrementAndGet();
        byETag.put(etag(name), name);
        return name;
    }

    /** What is written for this name: mostly small, now and then beyond what a slot's database takes. */
    static byte[] body(String name) {
        long seed = Long.parseLong(name.substring(1));
        int size = switch (Math.floorMod(seed * 31, 10)) {
            case 0 -> INLINE + Math.floorMod(seed * 7919, LARGE);
            case 1, 2 -> Math.floorMod(seed * 7919, INLINE);
            default -> 60;
        };
        byte[] first = Bytes.utf8(name + "\n");
        byte[] body = Arrays.copyOf(first, first.length + size);
        System.arraycopy(Bytes.of(seed, size), 0, body, first.length, size);
        return body;
    }

    static String etag(String name) {
        return '"' + Bytes.md5(body(name)) + '"';
    }

    /** The name of what has this ETag; absent if nobody wrote that. */
    Optional<String> byETag(String etag) {
        return Optional.ofNullable(byETag.get(etag));
    }

    /** The name of a body; absent if it is not whole, or nobody's. */
    Optional<String> byBody(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 32), StandardCharsets.ISO_8859_1);
        String name = text.split("\n", 2)[0];
        return name.matches("v\\d{1,18}") && Arrays.equals(body, body(name)) ? Optional.of(name) : Optional.empty();
    }
}
