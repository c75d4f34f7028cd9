package dev.skerry.blob.catalog;

import dev.skerry.blob.catalog.Catalog.RootCredentials;
import dev.skerry.blob.commit.LogPosition;
import dev.skerry.blob.commit.RowDigest;
import dev.skerry.blob.failure.StoreFailure;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of a catalog whose log is kept elsewhere: changed by what that log has decided, in its order. Reads
 * are answered from memory and may be behind the log. Safe for use by many threads.
 */
public interface CatalogReplica {
    /** How far it is: it has applied the entry there and all before. Survives a restart. */
    LogPosition position();

    /**
     * Applies the entry at {@code position}, durable once this returns; blocks. Positions ascend.
     *
     * @return what came of it, or null where it was applied before and changes nothing now
     * @throws dev.skerry.blob.failure.StoreException if the disk or the database fails; then nothing was applied, and
     *     the same entry is to be given again
     */
    @Nullable
    Result apply(LogPosition position, Entry entry);

    /** Says that there is nothing for the catalog up to there; durable once this returns. */
    void advance(LogPosition position);

    /**
     * Writes all that was applied into a file of its own, which nobody changes; whoever asked deletes it. Blocks.
     *
     * @throws dev.skerry.blob.failure.StoreException if the disk or the database fails
     */
    Path copy();

    /** Where a {@link #copy} of another node is put before {@link #replace}; what was there is gone. */
    Path incoming();

    /**
     * Goes on with what was put at {@link #incoming}, unless what there is is further. It is checked before; a crash
     * leaves the one or the other. Blocks.
     *
     * @param atLeast how far it must be
     * @throws dev.skerry.blob.failure.StoreException with {@code Corrupt} if it is damaged, {@code Busy} if it is not
     *     as far, or if the disk fails
     */
    void replace(LogPosition atLeast);

    /** A document that the nodes of a cluster keep together, if it is there. */
    Optional<Document> document(String name);

    /**
     * A document of a cluster.
     *
     * @param revision raised by each change, from 1
     * @param text in the form its owner chose
     */
    record Document(long revision, String text) {}

    /** What the catalog's log holds. */
    sealed interface Entry {
        /** A change of a bucket. */
        record BucketChange(CatalogCommand command) implements Entry {}

        /** Keeps the root identity unless there is one. */
        record KeepRoot(RootCredentials ifNone) implements Entry {}

        /**
         * Keeps a document in place of the one before; refused where that has another revision than the one expected.
         *
         * @param expectedRevision 0 where there must be none
         */
        record KeepDocument(String name, long expectedRevision, String text) implements Entry {}

        /**
         * Changes nothing, and adds up all rows but events as the entries before left them.
         *
         * @param mark names the comparison of replicas that it is for
         */
        record Compare(String mark) implements Entry {}
    }

    /** What came of an entry. */
    sealed interface Result {
        /** The bucket as it now is, or as it was before its removal. */
        record Changed(Bucket bucket) implements Result {}

        /** Nothing was changed. */
        record Refused(StoreFailure failure) implements Result {}

        /** The root identity that is kept now. */
        record RootKept(RootCredentials credentials) implements Result {}

        /**
         * The document as it is now.
         *
         * @param kept whether it is the one that was given
         */
        record DocumentKept(boolean kept, Document document) implements Result {}

        /** What the rows come to. Where they could not be read, or one is damaged, the entry is {@link Refused}. */
        record Digested(RowDigest digest) implements Result {}
    }
}
