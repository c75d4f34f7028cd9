package dev.skerry.cluster.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a client of a registry promised. */
final class Answers {
    private Answers() {}

    /** The answer, or why there is none in time. */
    static <T> T await(CompletionStage<T> promised, Duration timeout) throws IOException {
        Future<T> future = promised.toCompletableFuture();
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("registry: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            future.cancel(false);
            throw new IOException("registry: no answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("registry: interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }
}
