package dev.skerry.config;

import dev.skerry.notify.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The shape of {@code notifications.targets}: webhooks by name; in a variable it is YAML. */
final class WebhookTargets implements Shape<List<Target>> {
    private static final int MAX_TARGETS = 64;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final String URL_FORM = "http://HOST… or https://HOST…, without a user";
    private static final List<String> FIELDS = List.of("url", "headers", "token_file", "timeout");

    /** Headers that are the connection's, and those that every event has. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "content-type", "expect", "host", "transfer-encoding", "upgrade");

    @Override
    public List<Target> read(ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Mapping mapping)) {
            throw BadValue.of(node, "targets by name, each with " + String.join(", ", FIELDS));
        }
        if (mapping.entries().size() > MAX_TARGETS) {
            throw BadValue.inside(
                    "", node.where(), mapping.entries().size() + " targets (expected: at most " + MAX_TARGETS + ")");
        }
        List<Target> targets = new ArrayList<>();
        for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
            String name = entry.getKey();
            String below = "." + name;
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw BadValue.inside(
                        below, entry.getValue().where(), "a name (expected: 1 to 64 letters, digits, _ or -)");
            }
            try {
                targets.add(target(name, entry.getValue()));
            } catch (BadValue bad) {
                throw bad.under(below);
            }
        }
        return List.copyOf(targets);
    }

    @Override
    public ConfigNode fromText(String text, String where) {
        return YamlFile.text(text, where);
    }

    /** Without what the headers say. */
    @Override
    public String show(List<Target> targets) {
        return targets.stream()
                .map(target -> target.name() + ": {url: \"" + shownUrl(target.url()) + "\", timeout: "
                        + DurationText.show(target.timeout())
                        + (target.tokenFile() == null ? "" : ", token_file: " + target.tokenFile())
                        + (target.headers().isEmpty() ? "" : ", headers: " + shownHeaders(target.headers())) + "}")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** A URL's query may hold a secret too. */
    private static String shownUrl(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort())
                + (url.getRawPath() == null ? "" : url.getRawPath()) + (url.getRawQuery() == null ? "" : "?********");
    }

    private static String shownHeaders(Map<String, String> headers) {
        return headers.keySet().stream()
                .sorted()
                .map(name -> name + ": \"********\"")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static Target target(String name, ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Mapping mapping)) {
            throw BadValue.of(node, "named values: " + String.join(", ", FIELDS));
        }
        URI url = null;
        Map<String, String> headers = Map.of();
        Path tokenFile = null;
        Duration timeout = DEFAULT_TIMEOUT;
        for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
            ConfigNode value = entry.getValue();
            try {
                switch (entry.getKey()) {
                    case "url" -> url = url(value);
                    case "headers" -> headers = headers(value);
                    case "token_file" -> tokenFile = Shape.path().read(value);
                    case "timeout" ->
                        timeout = Shape.duration(Duration.ofMillis(100), Duration.ofMinutes(5))
                                .read(value);
                    default ->
                        throw BadValue.inside(
                                "",
                                value.where(),
                                "unknown field"
                                        + Nearest.to(entry.getKey(), FIELDS)
                                                .map(field -> ", did you mean " + field + "?")
                                                .orElse("")
                                        + " (expected: " + String.join(", ", FIELDS) + ")");
                }
            } catch (BadValue bad) {
                throw bad.under("." + entry.getKey());
            }
        }
        if (url == null) {
            throw BadValue.inside(".url", node.where(), "missing (expected: " + URL_FORM + ")");
        }
        return new Target(name, url, headers, tokenFile, timeout);
    }

    private static URI url(ConfigNode node) throws BadValue {
        if (node instanceof ConfigNode.Scalar(String text, String where)) {
            // it may hold a secret, so it is not shown
            return parseUrl(text)
                    .orElseThrow(() -> BadValue.inside("", where, "an address (expected: " + URL_FORM + ")"));
        }
        throw BadValue.of(node, URL_FORM);
    }

    private static Optional<URI> parseUrl(String text) {
        try {
            URI url = new URI(text);
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            boolean plain = url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null;
            return http && plain ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    private static Map<String, String> headers(ConfigNode node) throws BadValue {
        if (!(node instanceof ConfigNode.Mapping mapping)) {
            throw BadValue.inside("", node.where(), "no headers (expected: names with values)");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
            String header = entry.getKey();
            String where = entry.getValue().where();
            if (!header.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
                    || OWN_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
                throw BadValue.inside("." + header, where, "a header (expected: a name that is not HTTP's own)");
            }
            // what it says may be a secret, so it is not shown
            if (!(entry.getValue() instanceof ConfigNode.Scalar(String text, String _))
                    || !text.matches("[\\x20-\\x7e]{1,4096}")) {
                throw BadValue.inside("." + header, where, "a value (expected: printable ASCII)");
            }
            headers.put(header, text);
        }
        return headers;
    }
}
