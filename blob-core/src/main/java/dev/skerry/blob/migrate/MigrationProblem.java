package dev.skerry.blob.migrate;

/**
 * Something that was not migrated.
 *
 * @param kind what is the matter
 * @param subject which path and generation, or which row
 * @param detail what was found, and what can be done about it
 */
public record MigrationProblem(Kind kind, String subject, String detail) {
    /** What is the matter. */
    public enum Kind {
        /** Its path gives no legal bucket and key. Nothing is written before that is settled. */
        ILLEGAL_NAME,
        /** The bucket is there and keeps no versions, but gets some. Nothing is written before that is settled. */
        BUCKET_WITHOUT_VERSIONS,
        /** Its bytes, or some, are in an archive, which cannot be read yet. */
        ARCHIVED,
        /** Its bytes are missing or not those it names, or its row makes no sense. */
        DAMAGED,
        /** Something else is in its place in the new store. */
        CONFLICT;

        boolean blocks() {
            return this == ILLEGAL_NAME || this == BUCKET_WITHOUT_VERSIONS;
        }
    }

    @Override
    public String toString() {
        return kind + " " + subject + ": " + detail;
    }
}
