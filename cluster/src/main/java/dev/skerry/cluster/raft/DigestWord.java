package dev.skerry.cluster.raft;

import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.failure.StoreFailure;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of its replica when it is compared: a digest, or why there is none; neither while there may still be
 * one.
 *
 * @param failure why there will be none
 * @param damaged whether that is because a row is not what was written
 */
record DigestWord(@Nullable RowDigest digest, @Nullable String failure, boolean damaged) {
    static final DigestWord NOT_YET = new DigestWord(null, null, false);

    static DigestWord of(RowDigest digest) {
        return new DigestWord(digest, null, false);
    }

    /** That there will be none. */
    static DigestWord silent(String why) {
        return new DigestWord(null, why, false);
    }

    /** That there will be none, because of that. */
    static DigestWord failed(@Nullable StoreFailure failure, String why) {
        return new DigestWord(null, why, failure instanceof StoreFailure.Corrupt);
    }
}
