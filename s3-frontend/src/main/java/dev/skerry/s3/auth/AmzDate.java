package dev.skerry.s3.auth;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * The time of a signature.
 *
 * @param text as {@code yyyyMMdd'T'HHmmss'Z'}
 * @param instant the same
 */
public record AmzDate(String text, Instant instant) {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    static AmzDate of(Instant instant) {
        return new AmzDate(FORMAT.format(instant), instant);
    }

    /** Reads that form and no other, empty where it is another; by hand, because every signed request has one. */
    public static Optional<AmzDate> parse(String text) {
        boolean framed = text.length() == 16 && text.charAt(8) == 'T' && text.charAt(15) == 'Z';
        if (!framed || !digits(text, 0, 8) || !digits(text, 9, 15)) {
            return Optional.empty();
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    number(text, 0, 4),
                    number(text, 4, 6),
                    number(text, 6, 8),
                    number(text, 9, 11),
                    number(text, 11, 13),
                    number(text, 13, 15));
            return Optional.of(new AmzDate(text, time.toInstant(ZoneOffset.UTC)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static boolean digits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /** The day, as a scope names it. */
    String day() {
        return text.substring(0, 8);
    }
}
