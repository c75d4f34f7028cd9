package dev.skerry.blob.commit;

/**
 * A place in a log that several nodes share.
 *
 * @param term of the leader that put the entry there
 * @param index of the entry, from 1; 0 before the first
 */
public record LogPosition(long term, long index) {
    /** Before every entry. */
    public static final LogPosition START = new LogPosition(0, 0);

    /** Whether this is behind the other. */
    public boolean isBefore(LogPosition other) {
        return index < other.index;
    }
}
