package dev.skerry.s3.http;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes of XML documents all requests together may hold at once. A document is parsed as a whole and takes
 * several times its size until it is; without a bound on their sum a few dozen large ones would fill the heap.
 */
final class DocumentBudget {
    /** Of documents this small any number of requests may have one: the number of requests is bounded. */
    static final int FREE_BYTES = 16 * 1024;

    private static final int WAIT_SECONDS = 10;

    private final int totalBytes;
    private final Semaphore free;

    /** A budget of which nothing is taken. */
    DocumentBudget(int totalBytes) {
        this.totalBytes = totalBytes;
        this.free = new Semaphore(totalBytes, true);
    }

    /** A share of the budget; closing it gives it back. */
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a share, and waits for others to give theirs back where too much is taken.
     *
     * @param bytes of the document, at most; more than the whole budget counts as the whole
     * @throws S3Exception with SlowDown if none is free for ten seconds
     */
    Share take(long bytes) {
        if (bytes <= FREE_BYTES) {
            return () -> {};
        }
        int taken = (int) Math.min(bytes, totalBytes);
        try {
            if (!free.tryAcquire(taken, WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new S3Exception(S3ErrorCode.SLOW_DOWN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new S3Exception(S3ErrorCode.SLOW_DOWN);
        }
        return () -> free.release(taken);
    }
}
