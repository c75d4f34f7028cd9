package dev.skerry.s3.auth;

import dev.skerry.http.PercentCode;
import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestTarget;
import dev.skerry.http.RequestTarget.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes a request the way both sides sign it. S3 signs the path as it is sent: not normalised, encoded once.
 *
 * <p>Clients differ in two oddities: which harmless characters of the path they leave unescaped, and whether a plus
 * sign in the query is a space. So there is a short list of canonical forms of one request; each of them names the same
 * resource, so accepting any of them gives nothing away.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html">Signature calculations
 *     for the Authorization header</a>
 */
final class CanonicalRequest {
    static final String SIGNATURE_PARAMETER = "X-Amz-Signature";

    private static final List<String> NO_VALUE = List.of("");

    private CanonicalRequest() {}

    /** The forms, the usual one first. */
    static List<String> forms(RequestHead head, List<String> signedHeaders, String payloadHash) {
        Set<String> paths = new LinkedHashSet<>();
        String rawPath = head.target().rawPath();
        paths.add(PercentCode.encode(PercentCode.decodeBytes(rawPath), true));
        paths.add(rawPath);
        Set<String> queries = new LinkedHashSet<>();
        queries.add(query(head.parameters()));
        if (head.target().rawQuery().indexOf('+') >= 0) {
            String rawQuery = head.target().rawQuery().replace("+", "%2B");
            queries.add(query(new RequestTarget("/", rawQuery).parameters()));
        }
        String rest =
                headers(head.headers(), signedHeaders) + "\n" + String.join(";", signedHeaders) + "\n" + payloadHash;
        List<String> forms = new ArrayList<>();
        for (String path : paths) {
            for (String query : queries) {
                forms.add(head.method() + "\n" + path + "\n" + query + "\n" + rest);
            }
        }
        return forms;
    }

    private static String query(List<Parameter> parameters) {
        if (parameters.isEmpty()) {
            return "";
        }
        return String.join(
                "&",
                parameters.stream()
                        .filter(parameter -> !parameter.name().equals(SIGNATURE_PARAMETER))
                        .map(parameter -> new Parameter(
                                PercentCode.encode(parameter.name()), PercentCode.encode(parameter.value())))
                        .sorted(Comparator.comparing(Parameter::name).thenComparing(Parameter::value))
                        .map(parameter -> parameter.name() + "=" + parameter.value())
                        .toList());
    }

    private static String headers(Map<String, List<String>> headers, List<String> signedHeaders) {
        StringBuilder lines = new StringBuilder();
        for (String name : signedHeaders) {
            lines.append(name);
            char before = ':';
            for (String value : headers.getOrDefault(name.toLowerCase(Locale.ROOT), NO_VALUE)) {
                lines.append(before).append(folded(value));
                before = ',';
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    /** Without white space at the ends, and with one space where there are several. */
    private static String folded(String value) {
        String trimmed = value.trim();
        return trimmed.contains("  ") ? trimmed.replaceAll(" +", " ") : trimmed;
    }
}
