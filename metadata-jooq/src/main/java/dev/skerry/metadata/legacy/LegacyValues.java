package dev.skerry.metadata.legacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.blob.Sha256;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values as older stores wrote them; each method throws {@link Nonsense} where one is none. */
final class LegacyValues {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern WITH_OFFSET = Pattern.compile(".*(Z|[+-]\\d\\d:?\\d\\d)");

    private LegacyValues() {}

    /** A value that makes no sense; ends the reading of its row. */
    static final class Nonsense extends Exception {
        private static final long serialVersionUID = 1L;
        private final String reason;

        Nonsense(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    static <T> T required(@Nullable T value, String column) throws Nonsense {
        if (value == null) {
            throw new Nonsense(column + " is missing");
        }
        return value;
    }

    /** A time as RFC 3339 or SQLite writes it, to the millisecond. */
    static Instant time(@Nullable String text, String column) throws Nonsense {
        String iso = required(text, column).trim().replace(' ', 'T');
        try {
            Instant time = WITH_OFFSET.matcher(iso).matches()
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
            return time.truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeParseException e) {
            throw new Nonsense(column + ": " + text + " (expected: a time)");
        }
    }

    static Sha256 sha256(@Nullable String text, String column) throws Nonsense {
        String hex = required(text, column);
        if (!Sha256.isValid(hex)) {
            throw new Nonsense(column + ": " + text + " (expected: a SHA-256 of 64 hexadecimal digits)");
        }
        return new Sha256(hex);
    }

    static long length(@Nullable Long number, String column) throws Nonsense {
        long value = required(number, column);
        if (value < 0) {
            throw new Nonsense(column + ": " + value + " (expected: 0 or more)");
        }
        return value;
    }

    static long generation(@Nullable Long number, String column) throws Nonsense {
        long value = required(number, column);
        if (value < 1) {
            throw new Nonsense(column + ": " + value + " (expected: 1 or more)");
        }
        return value;
    }

    static JsonNode json(@Nullable String text, String column) throws Nonsense {
        try {
            return MAPPER.readTree(required(text, column));
        } catch (JsonProcessingException e) {
            throw new Nonsense(column + ": no JSON: " + e.getOriginalMessage());
        }
    }

    static JsonNode json(byte[] bytes, String column) throws Nonsense {
        try {
            return MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw new Nonsense(column + ": no JSON: " + e.getMessage());
        }
    }

    static JsonNode array(JsonNode node, String column) throws Nonsense {
        if (!node.isArray()) {
            throw new Nonsense(column + ": " + node.getNodeType() + " (expected: a list)");
        }
        return node;
    }

    static long length(JsonNode object, String name) throws Nonsense {
        JsonNode value = object.path(name);
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new Nonsense(name + ": " + value + " (expected: a number)");
        }
        return length(Long.valueOf(value.longValue()), name);
    }

    /** A file beneath a folder, by a name that came out of a database and may try to lead elsewhere. */
    static Path beneath(Path folder, String relative) throws Nonsense {
        try {
            Path file = folder.resolve(relative).normalize();
            if (!file.startsWith(folder.normalize()) || file.equals(folder.normalize())) {
                throw new Nonsense("path " + relative + " leads out of " + folder);
            }
            return file;
        } catch (InvalidPathException e) {
            throw new Nonsense("path " + relative + ": " + e.getMessage());
        }
    }
}
