package dev.skerry.compat.bench;

import java.util.Locale;

/** Sizes as people write them: {@code 4KiB}, {@code 64MiB}. */
final class ByteSizes {
    private static final String[] UNITS = {"GiB", "MiB", "KiB", "B"};

    private ByteSizes() {}

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException where it is none
     */
    static long parse(String text) {
        String trimmed = text.strip();
        String upper = trimmed.toUpperCase(Locale.ROOT);
        for (int i = 0; i < UNITS.length; i++) {
            String unit = UNITS[i].toUpperCase(Locale.ROOT);
            if (upper.endsWith(unit)) {
                return number(text, upper.substring(0, upper.length() - unit.length()))
                        << (10 * (UNITS.length - 1 - i));
            }
        }
        return number(text, upper);
    }

    /** The shortest exact form. */
    static String format(long sizeBytes) {
        for (int i = 0; i < UNITS.length - 1; i++) {
            long unit = 1L << (10 * (UNITS.length - 1 - i));
            if (sizeBytes >= unit && sizeBytes % unit == 0) {
                return sizeBytes / unit + UNITS[i];
            }
        }
        return sizeBytes == 0 ? "-" : sizeBytes + "B";
    }

    private static long number(String text, String digits) {
        if (!digits.strip().matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("size: " + text + " (expected: a number and B, KiB, MiB or GiB)");
        }
        return Long.parseLong(digits.strip());
    }
}
