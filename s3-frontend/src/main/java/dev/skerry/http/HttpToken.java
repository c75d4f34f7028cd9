package dev.skerry.http;

/** What HTTP calls a token, of which the names of headers are made. */
public final class HttpToken {
    private static final String SPECIAL = "!#$%&'*+.^_`|~-";

    private HttpToken() {}

    /** Whether {@code text} is one. */
    public static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && SPECIAL.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
