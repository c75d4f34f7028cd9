package dev.skerry.s3.operation;

import dev.skerry.http.HttpDates;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Times in documents and conditions. */
final class Times {
    private static final DateTimeFormatter ISO =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ENGLISH);

    /** RFC 9110 obliges to read two forms that nobody should write any more. */
    private static final List<DateTimeFormatter> OBSOLETE = List.of(
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
                    .appendPattern(" HH:mm:ss zzz")
                    .toFormatter(Locale.ENGLISH),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC));

    private Times() {}

    /** For documents. */
    static String iso(Instant time) {
        return ISO.format(time);
    }

    /** The time of a condition header; empty where it is not one, for then the header is to be ignored. */
    static Optional<Instant> parse(String text) {
        return HttpDates.parse(text).or(() -> parseOther(text));
    }

    private static Optional<Instant> parseOther(String text) {
        for (DateTimeFormatter form : OBSOLETE) {
            try {
                return Optional.of(ZonedDateTime.parse(text, form).toInstant());
            } catch (DateTimeException _) {
                // the next form
            }
        }
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** A time in ISO 8601, with an offset or in UTC; empty where it is none. */
    static Optional<Instant> parseIso(String text) {
        try {
            return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** To the second, which is all that an HTTP date can say. */
    static Instant wholeSeconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }
}
