package dev.skerry.cluster.raft;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Begins on another thread what may block before it has a future to give. */
final class Elsewhere {
    private Elsewhere() {}

    /** What is begun. */
    interface Work<A> {
        CompletableFuture<A> begin() throws IOException;
    }

    static <A> CompletableFuture<A> begin(Executor executor, Work<A> work) {
        CompletableFuture<A> outcome = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                CompletableFuture<A> _ = work.begin().whenComplete((answer, failure) -> {
                    if (failure == null) {
                        outcome.complete(answer);
                    } else {
                        outcome.completeExceptionally(failure);
                    }
                });
            } catch (IOException | RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        return outcome;
    }
}
