package dev.skerry.s3.operation;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of an object's bytes.
 *
 * @param firstInclusive offset of the first byte
 * @param lastInclusive offset of the last byte
 */
record ByteRange(long firstInclusive, long lastInclusive) {
    private static final Pattern ONE_RANGE = Pattern.compile("bytes\\s*=\\s*(\\d{0,19})\\s*-\\s*(\\d{0,19})");

    ByteRange {
        if (firstInclusive < 0 || lastInclusive < firstInclusive) {
            throw new IllegalArgumentException(
                    "range: " + firstInclusive + "-" + lastInclusive + " (expected: first to last, from 0)");
        }
    }

    /**
     * The part of an object that a {@code Range} header asks for. Empty where the header is malformed or names several
     * ranges: S3 then answers with the whole object.
     *
     * @throws StoreException with {@code InvalidRange} where the range is beyond the end
     */
    static Optional<ByteRange> resolve(String header, long sizeBytes) {
        Matcher range = ONE_RANGE.matcher(header.strip().toLowerCase(Locale.ROOT));
        if (!range.matches()) {
            return Optional.empty();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? Optional.empty() : Optional.of(suffix(header, number(last), sizeBytes));
        }
        long from = number(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : number(last);
        if (to < from) {
            return Optional.empty();
        }
        if (from >= sizeBytes) {
            throw new StoreException(new StoreFailure.InvalidRange(header, sizeBytes));
        }
        return Optional.of(new ByteRange(from, Math.min(to, sizeBytes - 1)));
    }

    private static ByteRange suffix(String header, long lengthBytes, long sizeBytes) {
        if (lengthBytes == 0 || sizeBytes == 0) {
            throw new StoreException(new StoreFailure.InvalidRange(header, sizeBytes));
        }
        return new ByteRange(Math.max(0, sizeBytes - lengthBytes), sizeBytes - 1);
    }

    /** Digits as a number; what is too great for one is beyond the end of every object. */
    static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            return Long.MAX_VALUE;
        }
    }

    long lengthBytes() {
        return lastInclusive - firstInclusive + 1;
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long sizeBytes) {
        return "bytes " + firstInclusive + "-" + lastInclusive + "/" + sizeBytes;
    }
}
