package dev.skerry.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, as {@code 65536}, {@code 64KiB} or {@code 64MiB}; {@code kB}, {@code MB} and so on count
 * thousands.
 *
 * @param bytes 0 or more
 */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*([a-z]*)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L));

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size: " + bytes + " bytes (expected: 0 or more)");
        }
    }

    /** So many times 1024 bytes. */
    public static ByteSize ofKiB(long count) {
        return new ByteSize(count << 10);
    }

    /** So many times 1024² bytes. */
    public static ByteSize ofMiB(long count) {
        return new ByteSize(count << 20);
    }

    /** Reads the text form; empty where it is not one. */
    public static Optional<ByteSize> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Long unit = UNITS.get(matcher.group(2));
        if (unit == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit)));
        } catch (ArithmeticException _) {
            return Optional.empty();
        }
    }

    /** The size as an int, for buffers. */
    public int toInt() {
        return Math.toIntExact(bytes);
    }

    /** The text form with the greatest unit that loses nothing. */
    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        long count = bytes;
        int unit = 0;
        while (count >= 1024 && count % 1024 == 0 && unit < units.length - 1) {
            count /= 1024;
            unit++;
        }
        return count + units[unit];
    }
}
