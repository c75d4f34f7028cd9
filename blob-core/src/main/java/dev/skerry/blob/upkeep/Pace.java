package dev.skerry.blob.upkeep;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Slows background work down, and ends its waiting when it is to stop. Safe for use by many threads. */
public final class Pace {
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Waits, and says whether to go on. */
    public boolean pause(Duration time) {
        if (time.isZero() || time.isNegative()) {
            return goesOn();
        }
        try {
            return !stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether nobody said to stop. */
    public boolean goesOn() {
        return stopped.getCount() > 0 && !Thread.currentThread().isInterrupted();
    }

    /** Says to stop. */
    public void stop() {
        stopped.countDown();
    }
}
