package dev.skerry.s3.logging;

/** Hears of the requests to buckets that log them, after each ended; must not wait or throw. */
@FunctionalInterface
public interface BucketLog {
    /** Keeps nothing. */
    BucketLog NONE = _ -> {};

    /** Takes one. */
    void accept(LoggedRequest request);
}
