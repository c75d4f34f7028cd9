package dev.skerry.cluster.raft;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Waits until this node has applied all that a group had acknowledged before, so that what it then reads of itself is
 * not stale. Safe for use by many threads.
 */
final class ReadBarrier {
    private final Supplier<CompletableFuture<Void>> catchUp;

    /** Asks by {@code catchUp}, which does not block. */
    ReadBarrier(Supplier<CompletableFuture<Void>> catchUp) {
        this.catchUp = catchUp;
    }

    /** Done when this node is as far as the group was at this call. Does not block. */
    CompletableFuture<Void> pass() {
        return catchUp.get();
    }

    /**
     * Waits for {@link #pass}.
     *
     * @throws StoreException with {@code Busy} where the leader cannot be asked in time, as in a minority
     */
    void await() {
        await(pass());
    }

    /** The same for one that is under way. */
    static void await(CompletableFuture<Void> passing) {
        try {
            passing.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StoreException(new StoreFailure.Busy(String.valueOf(cause.getMessage())), e);
        }
    }
}
