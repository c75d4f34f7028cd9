package dev.skerry.compat.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer as it came.
 *
 * @param status the status code
 * @param headers by lower-case name
 * @param body the body, chunks joined
 */
public record WireResponse(int status, Map<String, List<String>> headers, byte[] body) {
    private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");

    /** The header's first value. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** S3's error code, or empty text. */
    public String code() {
        Matcher matcher = CODE.matcher(text());
        return matcher.find() ? matcher.group(1) : "";
    }

    /** The text of the first element of this name, or empty text. */
    public String element(String name) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(text());
        return matcher.find() ? matcher.group(1) : "";
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + (body.length > 2000 ? body.length + " bytes" : text());
    }
}
