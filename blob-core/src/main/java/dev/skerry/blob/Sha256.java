package dev.skerry.blob;

/**
 * A SHA-256 digest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Sha256(String hex) {
    private static final int LENGTH = 64;

    public Sha256 {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("sha256: " + hex + " (expected: 64 lower-case hexadecimal digits)");
        }
    }

    /** Whether {@code text} has the form of a digest. */
    public static boolean isValid(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return hex;
    }
}
