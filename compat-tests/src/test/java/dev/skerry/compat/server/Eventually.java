package dev.skerry.compat.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import software.amazon.awssdk.core.exception.SdkException;

/** Looks again until a server that works on its own is where the test wants it. */
public final class Eventually {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private Eventually() {}

    /** Repeats the assertion until it holds; after {@code within} its failure, or a refusal, counts. */
    public static void holds(Duration within, ThrowingCallable assertion) throws Throwable {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                assertion.call();
                return;
            } catch (AssertionError | SdkException | IOException | UncheckedIOException notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }
}
