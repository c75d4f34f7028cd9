package dev.skerry.blobapi;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.InvalidRange;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes of a blob, both ends inclusive and within it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2">RFC 9110, section 14.1.2</a>
 */
record ByteRange(long firstInclusive, long lastInclusive) {
    private static final String UNIT = "bytes=";

    long lengthBytes() {
        return lastInclusive - firstInclusive + 1;
    }

    /** As {@code Content-Range} has it. */
    String of(long sizeBytes) {
        return "bytes " + firstInclusive + "-" + lastInclusive + "/" + sizeBytes;
    }

    /**
     * What a {@code Range} header asks of a blob. Several ranges, other units and what cannot be read ask for nothing:
     * HTTP lets a server ignore those, and then the whole is sent.
     *
     * @throws StoreException with {@code InvalidRange} where the range lies beyond the end
     */
    static Optional<ByteRange> ofHeader(@Nullable String header, long sizeBytes) {
        if (header == null || !header.startsWith(UNIT) || header.indexOf(',') >= 0) {
            return Optional.empty();
        }
        String range = header.substring(UNIT.length()).strip();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return Optional.empty();
        }
        long first = Numbers.parse(range.substring(0, dash));
        long last = Numbers.parse(range.substring(dash + 1));
        boolean open = dash == range.length() - 1;
        if (dash == 0) {
            return last < 0 ? Optional.empty() : Optional.of(suffix(last, sizeBytes, header));
        }
        if (first < 0 || (!open && last < first)) {
            return Optional.empty();
        }
        return Optional.of(within(first, open ? sizeBytes - 1 : last, sizeBytes, header));
    }

    /**
     * What the parameters {@code start} and {@code end} ask, both inclusive.
     *
     * @throws StoreException with {@code InvalidRange} where they lie beyond the end
     */
    static Optional<ByteRange> ofParameters(Query query, long sizeBytes) {
        OptionalLong start = query.number("start", 0, Long.MAX_VALUE);
        OptionalLong end = query.number("end", 0, Long.MAX_VALUE);
        if (start.isEmpty() && end.isEmpty()) {
            return Optional.empty();
        }
        long first = start.orElse(0);
        long last = end.orElse(sizeBytes - 1);
        if (end.isPresent() && last < first) {
            throw ApiException.parameter("end", Long.toString(last), "start, " + first + ", or more");
        }
        return Optional.of(within(first, last, sizeBytes, first + "-" + (end.isPresent() ? last : "")));
    }

    private static ByteRange within(long first, long last, long sizeBytes, String asked) {
        if (first >= sizeBytes) {
            throw new StoreException(new InvalidRange(asked, sizeBytes));
        }
        return new ByteRange(first, Math.min(last, sizeBytes - 1));
    }

    private static ByteRange suffix(long lengthBytes, long sizeBytes, String asked) {
        if (lengthBytes == 0 || sizeBytes == 0) {
            throw new StoreException(new InvalidRange(asked, sizeBytes));
        }
        return new ByteRange(Math.max(0, sizeBytes - lengthBytes), sizeBytes - 1);
    }
}
