package dev.skerry.blob.access;

/**
 * Patterns in which {@code *} stands for any text and {@code ?} for any one character. A star or question mark that
 * stands for itself is written as {@link #STAR} or {@link #QUESTION}. Time is linear in pattern times text, whatever
 * the pattern.
 */
final class Wildcards {
    /** A star that is meant. */
    static final char STAR = '\uE000';

    /** A question mark that is meant. */
    static final char QUESTION = '\uE001';

    private Wildcards() {}

    /** Whether the whole text is of the pattern. */
    static boolean match(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int retry = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
            } else if (p < pattern.length() && matches(pattern.charAt(p), text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                // the last star takes one character more
                p = star + 1;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static boolean matches(char pattern, char text) {
        return switch (pattern) {
            case '?' -> true;
            case STAR -> text == '*';
            case QUESTION -> text == '?';
            default -> pattern == text;
        };
    }

    /** Whether any character stands for others. */
    static boolean any(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    }

    /** The text as a pattern of itself. */
    static String literal(String text) {
        return text.replace('*', STAR).replace('?', QUESTION);
    }

    /** A pattern without wildcards as the text it stands for. */
    static String text(String pattern) {
        return pattern.replace(STAR, '*').replace(QUESTION, '?');
    }
}
