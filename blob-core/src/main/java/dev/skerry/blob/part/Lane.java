package dev.skerry.blob.part;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps of one stream's work, such as a hash of each block, beside the thread that reads and writes it. A step
 * begins when the one before is done, so order is kept and no more than one is in flight. Used by one thread at a time.
 */
public final class Lane {
    private final Executor beside;
    private @Nullable FutureTask<?> inFlight;

    /** A lane whose steps {@code beside} runs; those it refuses, drops or has not begun when waited for, the caller. */
    public Lane(Executor beside) {
        this.beside = beside;
    }

    /**
     * Begins a step once the one before is done. What it reads must not change until the next call here returns.
     *
     * @throws StoreException as {@link #await} does, for the step before
     */
    public void begin(Runnable step) {
        await();
        FutureTask<?> task = new FutureTask<>(step, null);
        inFlight = task;
        try {
            beside.execute(task);
        } catch (RejectedExecutionException _) {
            // await() runs it
        }
    }

    /**
     * Waits until no step is in flight; one that nobody began runs here. What it threw is thrown here.
     *
     * @throws StoreException with {@code Busy} if the thread is interrupted
     */
    public void await() {
        FutureTask<?> task = inFlight;
        inFlight = null;
        if (task == null) {
            return;
        }
        try {
            task.run();
            task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(new StoreFailure.Busy("interrupted beside a stream"), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a step beside a stream failed", e.getCause());
        }
    }
}
