package dev.skerry.s3.form;

/**
 * How large a file may be.
 *
 * @param minimumBytes at least
 * @param maximumBytes at most
 */
public record SizeRange(long minimumBytes, long maximumBytes) {
    /** What one request writes at most. */
    public static final SizeRange ANY = new SizeRange(0, 5L * 1024 * 1024 * 1024);

    /** What is in both. */
    SizeRange within(SizeRange other) {
        return new SizeRange(Math.max(minimumBytes, other.minimumBytes), Math.min(maximumBytes, other.maximumBytes));
    }
}
