package dev.skerry.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much of the heap all requests together may hold of one kind of thing at once, such as documents that are parsed
 * or written as a whole. Without a bound on their sum a few dozen large ones would fill it. Safe for many threads; who
 * came first is served first.
 */
public final class MemoryBudget {
    /** Of things this small any number of requests may have one: the number of requests is bounded. */
    static final int FREE_BYTES = 16 * 1024;

    private static final int WAIT_SECONDS = 10;

    /** Of no budget; may be closed as often as one likes. */
    static final Share NOTHING = new Share(new Semaphore(0), 0);

    private final int totalBytes;
    private final Semaphore free;

    /** A budget of which nothing is taken; more than 2 GiB count as that. */
    public MemoryBudget(long totalBytes) {
        this.totalBytes = Math.clamp(totalBytes, 1, Integer.MAX_VALUE);
        this.free = new Semaphore(this.totalBytes, true);
    }

    /** A share of the budget; closing it gives it back, once. Used by one thread. */
    public static final class Share implements AutoCloseable {
        private final Semaphore free;
        private int bytes;

        private Share(Semaphore free, int bytes) {
            this.free = free;
            this.bytes = bytes;
        }

        /** Gives back all but so many bytes; never takes more. */
        public void shrink(long wantedBytes) {
            int kept = (int) Math.min(wantedBytes, bytes);
            free.release(bytes - kept);
            bytes = kept;
        }

        @Override
        public void close() {
            shrink(0);
        }
    }

    /**
     * Takes a share, and waits for others to give theirs back where too much is taken.
     *
     * @param bytes at most; more than the whole budget counts as the whole
     * @throws ServerBusyException if none is free for ten seconds
     */
    public Share take(long bytes) {
        if (bytes <= FREE_BYTES) {
            return NOTHING;
        }
        int taken = (int) Math.min(bytes, totalBytes);
        try {
            if (!free.tryAcquire(taken, WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new ServerBusyException("no memory for " + taken + " bytes for " + WAIT_SECONDS + " seconds");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ServerBusyException("interrupted while waiting for memory", interrupted);
        }
        return new Share(free, taken);
    }
}
