package dev.skerry.blobapi;

import dev.skerry.http.RequestTarget;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The query parameters of a request, each at most once, and how their values are read. */
final class Query {
    private static final String SIGNATURE_PREFIX = "x-amz-";

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the query of a request's target. Parameters of a presigned URL's signature are left out: they are
     * authentication, not the API.
     *
     * @throws ApiException with {@code INVALID_PARAMETER}
     */
    static Query of(RequestTarget target) {
        Map<String, String> values = new LinkedHashMap<>();
        List<RequestTarget.Parameter> parameters;
        try {
            parameters = target.parameters();
        } catch (IllegalArgumentException malformed) {
            throw ApiException.parameter(
                    "query", target.rawQuery(), "percent-encoded UTF-8: " + malformed.getMessage());
        }
        for (RequestTarget.Parameter parameter : parameters) {
            if (parameter.name().toLowerCase(Locale.ROOT).startsWith(SIGNATURE_PREFIX)) {
                continue;
            }
            if (values.put(parameter.name(), parameter.value()) != null) {
                throw ApiException.parameter(parameter.name(), "given twice", "once");
            }
        }
        return new Query(values);
    }

    Set<String> names() {
        return values.keySet();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A whole number between two bounds. */
    OptionalLong number(String name, long minimum, long maximum) {
        String value = values.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        long number = Numbers.parse(value);
        if (number < minimum || number > maximum) {
            throw ApiException.parameter(
                    name, value, "a number from " + minimum + (maximum == Long.MAX_VALUE ? "" : " to " + maximum));
        }
        return OptionalLong.of(number);
    }

    /** {@code true}, {@code false}, or the name alone for true; false where absent. */
    boolean flag(String name) {
        String value = values.get(name);
        if (value == null || value.equals("false") || value.equals("0")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true") || value.equals("1")) {
            return true;
        }
        throw ApiException.parameter(name, value, "true or false");
    }

    /** A time in seconds, {@code 30} or {@code 30s}; zero where absent, cut to {@code maximum}. */
    Duration seconds(String name, Duration maximum) {
        String value = values.get(name);
        if (value == null) {
            return Duration.ZERO;
        }
        long seconds = Numbers.parse(value.endsWith("s") ? value.substring(0, value.length() - 1) : value);
        if (seconds < 0) {
            throw ApiException.parameter(name, value, "seconds, such as 30s");
        }
        return seconds > maximum.toSeconds() ? maximum : Duration.ofSeconds(seconds);
    }
}
