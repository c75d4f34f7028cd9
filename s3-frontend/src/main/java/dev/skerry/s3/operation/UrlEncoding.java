package dev.skerry.s3.operation;

import java.nio.charset.StandardCharsets;

/**
 * {@code encoding-type=url} of listings: keys in percent-encoding, so that XML can carry any byte. A slash stays, and a
 * space is {@code %20}, which every decoder understands.
 */
final class UrlEncoding {
    private static final String HEX = "0123456789ABCDEF";

    private UrlEncoding() {}

    /** The encoded text. */
    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            char c = (char) (b & 0xFF);
            if (plain(c)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
            }
        }
        return encoded.toString();
    }

    private static boolean plain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '/'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '*';
    }
}
