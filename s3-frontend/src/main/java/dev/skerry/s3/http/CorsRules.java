package dev.skerry.s3.http;

import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlLimits;
import dev.skerry.s3.xml.XmlReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A bucket's rules for requests from web pages of other origins.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html">Elements of a CORS
 *     configuration</a>
 */
final class CorsRules {
    /** Those that rules can name. */
    static final Set<String> METHODS = Set.of("GET", "PUT", "HEAD", "POST", "DELETE");

    private final List<Rule> rules;

    private record Rule(
            List<String> origins, List<String> methods, List<String> headers, List<String> exposed, String maxAge) {}

    private CorsRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Reads a document that was checked when it was stored. */
    static CorsRules parse(String document) {
        XmlElement root = XmlReader.parse(document.getBytes(StandardCharsets.UTF_8), XmlLimits.DEFAULT);
        return new CorsRules(root.children("CORSRule").stream()
                .map(rule -> new Rule(
                        texts(rule, "AllowedOrigin"),
                        texts(rule, "AllowedMethod"),
                        texts(rule, "AllowedHeader"),
                        texts(rule, "ExposeHeader"),
                        rule.textOf("MaxAgeSeconds").orElse("").trim()))
                .toList());
    }

    /**
     * The headers that allow a request, by the first rule that matches; empty where none does.
     *
     * @param requestedHeaders what a preflight asks for
     * @param preflight whether the answer says more than an actual request's does
     */
    Optional<Map<String, String>> allow(
            String origin, String method, List<String> requestedHeaders, boolean preflight) {
        return rules.stream()
                .filter(rule -> rule.methods.contains(method)
                        && rule.origins.stream().anyMatch(pattern -> matches(pattern, origin))
                        && requestedHeaders.stream().allMatch(header -> allowsHeader(rule, header)))
                .findFirst()
                .map(rule -> headers(rule, origin, requestedHeaders, preflight));
    }

    private static Map<String, String> headers(
            Rule rule, String origin, List<String> requestedHeaders, boolean preflight) {
        Map<String, String> headers = new LinkedHashMap<>();
        boolean everyone = rule.origins.contains("*");
        headers.put("Access-Control-Allow-Origin", everyone ? "*" : origin);
        if (!everyone) {
            headers.put("Access-Control-Allow-Credentials", "true");
        }
        headers.put("Access-Control-Allow-Methods", String.join(", ", rule.methods));
        if (preflight && !requestedHeaders.isEmpty()) {
            headers.put("Access-Control-Allow-Headers", String.join(", ", requestedHeaders));
        }
        if (!rule.exposed.isEmpty()) {
            headers.put("Access-Control-Expose-Headers", String.join(", ", rule.exposed));
        }
        if (!rule.maxAge.isEmpty()) {
            headers.put("Access-Control-Max-Age", rule.maxAge);
        }
        headers.put("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
        return headers;
    }

    private static boolean allowsHeader(Rule rule, String header) {
        return rule.headers.stream()
                .anyMatch(pattern -> matches(pattern.toLowerCase(Locale.ROOT), header.toLowerCase(Locale.ROOT)));
    }

    /** A pattern holds one star at most, which stands for any text. */
    private static boolean matches(String pattern, String text) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(text);
        }
        String head = pattern.substring(0, star);
        String tail = pattern.substring(star + 1);
        return text.length() >= head.length() + tail.length() && text.startsWith(head) && text.endsWith(tail);
    }

    private static List<String> texts(XmlElement rule, String name) {
        return rule.children(name).stream().map(child -> child.text().trim()).toList();
    }
}
