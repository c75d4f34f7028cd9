package dev.skerry.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Dates as HTTP writes them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7">RFC 9110, section 5.6.7</a>
 */
public final class HttpDates {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /**
     * The latest texts, each at the place its second falls on: every answer carries the time, and hot objects their
     * own. Threads may overwrite each other's; what is read is whole, and says which second it is of.
     */
    private static final @Nullable Written[] LATEST = new Written[64];

    private record Written(long second, String text) {}

    private HttpDates() {}

    /** As in {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String format(Instant instant) {
        long second = instant.getEpochSecond();
        int place = (int) (second & (LATEST.length - 1));
        @Nullable Written written = LATEST[place];
        if (written == null || written.second != second) {
            written = new Written(second, FORMAT.format(instant));
            LATEST[place] = written;
        }
        return written.text;
    }

    /** Reads that form, with any zone; absent where the text is none. */
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.trim(), Instant::from));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
