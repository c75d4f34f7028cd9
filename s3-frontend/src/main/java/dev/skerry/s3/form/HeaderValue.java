package dev.skerry.s3.form;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A header with parameters, as in {@code form-data; name="file"; filename="a.txt"}.
 *
 * @param value what stands before the parameters, in lower case
 * @param parameters by lower-case name, without quotes
 */
record HeaderValue(String value, Map<String, String> parameters) {
    HeaderValue {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads one. Within quotes only a quote is escaped by a backslash: browsers send paths of Windows as they are.
     *
     * @return empty where quotes are not closed, or a parameter is named twice
     */
    static Optional<HeaderValue> parse(String text) {
        int semicolon = text.indexOf(';');
        String value = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = semicolon < 0 ? text.length() : semicolon + 1;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                return text.substring(at).isBlank() ? done(value, parameters) : Optional.empty();
            }
            String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
            StringBuilder content = new StringBuilder();
            at = content(text, equals + 1, content);
            if (at < 0 || name.isEmpty() || parameters.put(name, content.toString()) != null) {
                return Optional.empty();
            }
        }
        return done(value, parameters);
    }

    private static Optional<HeaderValue> done(String value, Map<String, String> parameters) {
        return Optional.of(new HeaderValue(value.toLowerCase(Locale.ROOT), parameters));
    }

    /** Reads what stands behind the equals sign; where the next parameter begins, or -1 where the quotes are open. */
    private static int content(String text, int from, StringBuilder content) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        if (at == text.length() || text.charAt(at) != '"') {
            int end = text.indexOf(';', at);
            end = end < 0 ? text.length() : end;
            content.append(text.substring(at, end).strip());
            return end + 1;
        }
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                int end = text.indexOf(';', at);
                return end < 0 ? text.length() : end + 1;
            }
            boolean escaped = c == '\\' && at + 1 < text.length() && text.charAt(at + 1) == '"';
            if (escaped) {
                at++;
            }
            content.append(escaped ? '"' : c);
        }
        return -1;
    }
}
