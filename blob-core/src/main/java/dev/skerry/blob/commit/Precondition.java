package dev.skerry.blob.commit;

import java.time.Instant;
import java.util.List;

/**
 * What must hold of a path's current version for a command to be applied. It is evaluated inside the commit, against
 * the current version as S3 shows it: a tombstone counts as absent.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html">Conditional requests
 *     in Amazon S3</a>
 */
public sealed interface Precondition {
    /**
     * The current version exists and its ETag is one of these. Absent is refused as not found, another ETag as a failed
     * precondition. An entry equals S3's ETag or the native one (hexadecimal SHA-256), both without quotes.
     *
     * @param etags without quotes; {@code *} stands for any
     */
    record IfMatch(List<String> etags) implements Precondition {
        public IfMatch {
            etags = List.copyOf(etags);
        }
    }

    /**
     * The current version is absent or its ETag is none of these.
     *
     * @param etags as for {@link IfMatch}; {@code *} stands for any, so that the path must be absent
     */
    record IfNoneMatch(List<String> etags) implements Precondition {
        public IfNoneMatch {
            etags = List.copyOf(etags);
        }
    }

    /** The current version exists and has that many bytes; absent is refused as for {@link IfMatch}. */
    record IfSize(long sizeBytes) implements Precondition {}

    /**
     * The current version exists and was last modified in that second, which is all that HTTP shows of it; absent is
     * refused as for {@link IfMatch}.
     */
    record IfModifiedAt(Instant second) implements Precondition {}

    /**
     * The newest generation of the path, hidden ones and tombstones included, is this one.
     *
     * @param generation 0 for a path that has none
     */
    record IfGeneration(long generation) implements Precondition {}
}
