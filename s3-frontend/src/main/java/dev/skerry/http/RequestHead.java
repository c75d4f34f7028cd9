package dev.skerry.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request without its body, as plain values. Header values hold one byte per character, as they came from the wire,
 * so that they can be signed and given back as they were.
 *
 * @param method HTTP's
 * @param target the path and query, still encoded
 * @param parameters the query's, decoded, in order
 * @param headers by lower-case name, each with its values in order, trimmed
 */
public record RequestHead(
        String method,
        RequestTarget target,
        List<RequestTarget.Parameter> parameters,
        Map<String, List<String>> headers) {
    public RequestHead {
        parameters = List.copyOf(parameters);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /**
     * The head of a request.
     *
     * @throws IllegalArgumentException if the query's encoding is broken
     */
    public static RequestHead of(HttpServerRequest request) {
        RequestTarget target = RequestTarget.parse(request.uri());
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.headers()
                .forEach((name, value) -> headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(value.trim()));
        return new RequestHead(request.method().name(), target, target.parameters(), headers);
    }

    /** The same addressed to another host. */
    RequestHead withHost(String host) {
        Map<String, List<String>> changed = new LinkedHashMap<>(headers);
        changed.put("host", List.of(host));
        return new RequestHead(method, target, parameters, changed);
    }

    /** The first value of a header, by its lower-case name. */
    public Optional<String> header(String lowerCaseName) {
        List<String> values = headers.get(lowerCaseName);
        return values == null ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** The first value of a query parameter; one without a value is the empty text. */
    public Optional<String> query(String name) {
        for (RequestTarget.Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                return Optional.of(parameter.value());
            }
        }
        return Optional.empty();
    }
}
