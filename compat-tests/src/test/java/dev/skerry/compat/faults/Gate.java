package dev.skerry.compat.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** What happens to bytes on their way from one place to another: nothing, until a fault says otherwise. */
final class Gate {
    private boolean held; // guarded by this
    private volatile Duration delay = Duration.ZERO;
    private volatile int lostOf1000;

    /** Holds all bytes back, as a cut cable does; those on their way arrive when it is mended. */
    synchronized void hold() {
        held = true;
    }

    /** Lets bytes pass, each piece this much later. */
    void delay(Duration by) {
        delay = by;
    }

    /** Breaks connections: of a thousand pieces so many. */
    void lose(int of1000) {
        lostOf1000 = of1000;
    }

    synchronized void mend() {
        held = false;
        delay = Duration.ZERO;
        lostOf1000 = 0;
        notifyAll();
    }

    /**
     * Waits until a piece may pass.
     *
     * @throws IOException if its connection breaks here
     */
    void pass() throws IOException, InterruptedException {
        Duration late = delay;
        if (late.isPositive()) {
            LockSupport.parkNanos(late.toNanos());
        }
        if (ThreadLocalRandom.current().nextInt(1000) < lostOf1000) {
            throw new IOException("lost");
        }
        synchronized (this) {
            while (held) {
                wait();
            }
        }
    }
}
