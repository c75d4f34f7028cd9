package dev.skerry.cluster.raft;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What callers of the store hear of a log that could not be written to. */
final class RaftFailures {
    private RaftFailures() {}

    /** What a future failed with. */
    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    static StoreException translate(Throwable cause) {
        if (cause instanceof StoreException failure) {
            return failure;
        }
        if (cause instanceof RaftMember.NoLeaderException none && !none.outcomeUnknown()) {
            return new StoreException(new StoreFailure.Busy(String.valueOf(none.getMessage())), none);
        }
        if (cause instanceof SharedEntries.LogEndedException) {
            return new StoreException(new StoreFailure.Busy(String.valueOf(cause.getMessage())), cause);
        }
        return unknown(String.valueOf(cause.getMessage()), cause);
    }

    static StoreException unknown(String detail, @Nullable Throwable cause) {
        return new StoreException(new StoreFailure.OutcomeUnknown(detail), cause);
    }
}
