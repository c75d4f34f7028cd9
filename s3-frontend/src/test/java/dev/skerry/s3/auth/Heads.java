package dev.skerry.s3.auth;

import dev.skerry.http.RequestHead;
import dev.skerry.http.RequestTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests for tests, without a wire. */
final class Heads {
    private Heads() {}

    /** A request with headers given as lines of {@code name: value}. */
    static RequestHead of(String method, String uri, String... headerLines) {
        RequestTarget target = RequestTarget.parse(uri);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : headerLines) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        return new RequestHead(method, target, target.parameters(), headers);
    }
}
