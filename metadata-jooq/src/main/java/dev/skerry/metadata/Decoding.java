package dev.skerry.metadata;

import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From columns to values and back. */
final class Decoding {
    private Decoding() {}

    /**
     * What {@code decoder} makes of a row. Its checksum was right, so a value that the types refuse was written by a
     * program that knows other rules than this one: as little to be served as a damaged one.
     */
    static <T> T of(String table, Supplier<T> decoder) {
        try {
            return decoder.get();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw SqliteFailures.damaged(table, String.valueOf(e.getMessage()));
        }
    }

    /** A bound as milliseconds; one beyond what a long holds is as far as a long goes. */
    static long millis(Instant bound) {
        try {
            return bound.toEpochMilli();
        } catch (ArithmeticException _) {
            return bound.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
