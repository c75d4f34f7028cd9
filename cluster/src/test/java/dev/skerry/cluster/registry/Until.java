package dev.skerry.cluster.registry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what a server outside of this process does in its own time. */
final class Until {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Until() {}

    /** A question that may fail. */
    interface Question {
        boolean isTrue() throws Exception;
    }

    static void isTrue(int seconds, String what, Question question) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            try {
                if (question.isTrue()) {
                    return;
                }
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(what, e);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + seconds + " s: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
