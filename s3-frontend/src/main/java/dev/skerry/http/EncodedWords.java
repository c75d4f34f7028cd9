package dev.skerry.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text of any characters in headers, which have those of US-ASCII only: {@code =?UTF-8?Q?caf=C3=A9?=}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc2047">RFC 2047</a>
 */
public final class EncodedWords {
    private static final Pattern WORD = Pattern.compile("=\\?([A-Za-z0-9._+:-]{1,40})\\?([QqBb])\\?([^? ]*)\\?=");
    private static final int MAX_ASCII = 0x7E;

    private EncodedWords() {}

    /** Whether a header can carry the text as it is. */
    public static boolean needless(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c > MAX_ASCII) {
                return false;
            }
        }
        return true;
    }

    /**
     * The text as a header carries it: itself where it can, else one word, whose letters stay readable unless there are
     * control characters among them.
     */
    public static String encode(String text) {
        if (needless(text)) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return text.codePoints().anyMatch(EncodedWords::isUnprintable)
                ? "=?UTF-8?B?" + Base64.getEncoder().encodeToString(bytes) + "?="
                : "=?UTF-8?Q?" + quoted(bytes) + "?=";
    }

    private static boolean isUnprintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> c == 0xFFFD;
        };
    }

    private static String quoted(byte[] bytes) {
        HexFormat hex = HexFormat.of().withUpperCase();
        StringBuilder quoted = new StringBuilder(bytes.length * 2);
        for (byte b : bytes) {
            if (b == ' ') {
                quoted.append('_');
            } else if (b > ' ' && b <= MAX_ASCII && b != '=' && b != '?' && b != '_') {
                quoted.append((char) b);
            } else {
                quoted.append('=').append(hex.toHexDigits(b));
            }
        }
        return quoted.toString();
    }

    /** The text with its encoded words decoded; what cannot be decoded stays as it is. */
    public static String decode(String header) {
        if (!header.contains("=?")) {
            return header;
        }
        StringBuilder text = new StringBuilder(header.length());
        Matcher word = WORD.matcher(header);
        int end = 0;
        boolean afterWord = false;
        while (word.find()) {
            Optional<String> decoded = decoded(word.group(1), word.group(2), word.group(3));
            String between = header.substring(end, word.start());
            // white space between two words is there to keep them apart and is not meant
            text.append(afterWord && decoded.isPresent() && between.isBlank() ? "" : between);
            text.append(decoded.orElse(word.group()));
            afterWord = decoded.isPresent();
            end = word.end();
        }
        return text.append(header, end, header.length()).toString();
    }

    private static Optional<String> decoded(String charset, String encoding, String content) {
        try {
            byte[] bytes = encoding.toUpperCase(Locale.ROOT).equals("B")
                    ? Base64.getDecoder().decode(content)
                    : unquoted(content);
            return Optional.of(Charset.forName(charset)
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** Throws IllegalArgumentException where a byte is not written as one. */
    private static byte[] unquoted(String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length());
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            if (c == '=') {
                if (i + 2 >= content.length()) {
                    throw new IllegalArgumentException("quoted: " + content + " (expected: two digits behind =)");
                }
                bytes.write(HexFormat.fromHexDigits(content, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c == '_' ? ' ' : c);
            }
        }
        return bytes.toByteArray();
    }
}
