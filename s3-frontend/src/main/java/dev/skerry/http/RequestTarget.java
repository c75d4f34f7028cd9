package dev.skerry.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The target of a request line, split but still encoded.
 *
 * @param rawPath from the first slash, percent-encoded as it came; never empty
 * @param rawQuery what follows the question mark, as it came; empty where there is none
 */
public record RequestTarget(String rawPath, String rawQuery) {
    /**
     * One query parameter, decoded.
     *
     * @param name before the equals sign
     * @param value after it; empty where there is none
     */
    public record Parameter(String name, String value) {}

    /** Splits a target in origin form or absolute form; of the latter the authority is left out. */
    public static RequestTarget parse(String uri) {
        String path = uri;
        int scheme = uri.indexOf("://");
        if (scheme > 0 && uri.charAt(0) != '/') {
            int slash = uri.indexOf('/', scheme + 3);
            int question = uri.indexOf('?', scheme + 3);
            boolean noPath = slash < 0 || (question >= 0 && question < slash);
            path = noPath ? "/" + (question < 0 ? "" : uri.substring(question)) : uri.substring(slash);
        }
        int question = path.indexOf('?');
        String rawPath = question < 0 ? path : path.substring(0, question);
        String rawQuery = question < 0 ? "" : path.substring(question + 1);
        return new RequestTarget(rawPath.isEmpty() ? "/" : rawPath, rawQuery);
    }

    /** The path of a target, as it came. */
    public static String rawPath(String uri) {
        return parse(uri).rawPath();
    }

    /**
     * The query's parameters in order, repeated ones included. A plus sign is a space, as S3 has it.
     *
     * @throws IllegalArgumentException if an escape is broken or the bytes are not UTF-8
     */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        int from = 0;
        while (from < rawQuery.length()) {
            int to = rawQuery.indexOf('&', from);
            to = to < 0 ? rawQuery.length() : to;
            if (to > from) {
                parameters.add(parameter(rawQuery.substring(from, to).replace('+', ' ')));
            }
            from = to + 1;
        }
        return List.copyOf(parameters);
    }

    private static Parameter parameter(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new Parameter(PercentCode.decode(text), "")
                : new Parameter(
                        PercentCode.decode(text.substring(0, equals)), PercentCode.decode(text.substring(equals + 1)));
    }
}
