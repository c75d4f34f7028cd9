package dev.skerry.s3.http;

import dev.skerry.s3.error.S3Errors.S3Error;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error as a website shows it.
 *
 * @param error what is wrong
 * @param also what is wrong with the error document, by the name of each thing; empty where there is nothing
 */
record ErrorPage(S3Error error, Map<String, String> also) {
    private static final Map<Integer, String> REASONS = Map.of(
            400, "Bad Request",
            403, "Forbidden",
            404, "Not Found",
            405, "Method Not Allowed",
            412, "Precondition Failed",
            416, "Requested Range Not Satisfiable",
            500, "Internal Server Error",
            501, "Not Implemented",
            503, "Service Unavailable");

    static ErrorPage of(S3Error error) {
        return new ErrorPage(error, Map.of());
    }

    /** Where the error document cannot be shown. */
    static ErrorPage of(S3Error error, String errorKey, S3Error ofDocument) {
        Map<String, String> also = things(ofDocument);
        also.put("Key", errorKey);
        return new ErrorPage(error, also);
    }

    private static Map<String, String> things(S3Error error) {
        Map<String, String> things = new LinkedHashMap<>();
        things.put("Code", error.code().wireName());
        things.put("Message", error.message());
        things.putAll(error.fields());
        return things;
    }

    String html(String requestId, String hostId) {
        int status = error.code().status();
        String title = status + " " + REASONS.getOrDefault(status, "Error");
        Map<String, String> things = things(error);
        things.put("RequestId", requestId);
        things.put("HostId", hostId);
        StringBuilder html = new StringBuilder("<html>\n<head><title>")
                .append(title)
                .append("</title></head>\n<body>\n<h1>")
                .append(title)
                .append("</h1>\n");
        append(html, things);
        if (!also.isEmpty()) {
            html.append("<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n");
            append(html, also);
        }
        return html.append("<hr/>\n</body>\n</html>\n").toString();
    }

    private static void append(StringBuilder html, Map<String, String> things) {
        html.append("<ul>\n");
        things.forEach((name, value) -> html.append("<li>")
                .append(escaped(name))
                .append(": ")
                .append(escaped(value))
                .append("</li>\n"));
        html.append("</ul>\n");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
