package dev.skerry.s3.auth;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/**
 * The time of a signature.
 *
 * @param text as {@code yyyyMMdd'T'HHmmss'Z'}
 * @param instant the same
 */
record AmzDate(String text, Instant instant) {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT)
            .withZone(ZoneOffset.UTC);

    static AmzDate of(Instant instant) {
        return new AmzDate(FORMAT.format(instant), instant);
    }

    static Optional<AmzDate> parse(String text) {
        try {
            return Optional.of(new AmzDate(text, FORMAT.parse(text, Instant::from)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** The day, as a scope names it. */
    String day() {
        return text.substring(0, 8);
    }
}
