package dev.skerry.blob;

/**
 * A ULID naming one generation of one blob for ever; S3 shows it as the version id. Its time comes from the hybrid
 * logical clock. Uploads and the folders of staged parts are named by the same kind of id.
 *
 * @param value 26 characters of Crockford's base 32, upper case
 */
public record BlobId(String value) implements Comparable<BlobId> {
    private static final int LENGTH = 26;

    public BlobId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("blob id: " + value + " (expected: a ULID of 26 characters)");
        }
    }

    /** Whether {@code text} has the form of a blob id. */
    public static boolean isValid(String text) {
        if (text.length() != LENGTH || text.charAt(0) > '7') {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean letter = c >= 'A' && c <= 'Z' && c != 'I' && c != 'L' && c != 'O' && c != 'U';
            if (!digit && !letter) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(BlobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
