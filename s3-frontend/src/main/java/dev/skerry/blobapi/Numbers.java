package dev.skerry.blobapi;

/** Whole numbers as clients write them. */
final class Numbers {
    private static final int MAX_DIGITS = 18;

    private Numbers() {}

    /** The number that a run of 1 to 18 decimal digits means, or -1 where the text is anything else. */
    static long parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }
}
