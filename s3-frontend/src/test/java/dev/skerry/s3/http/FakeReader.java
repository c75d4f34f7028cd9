package dev.skerry.s3.http;

import dev.skerry.blob.BlobMeta;
import dev.skerry.blob.part.ReadMemory;
import dev.skerry.blob.store.BlobReader;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gives runs of one byte value, and fails where it is told to. */
final class FakeReader implements BlobReader {
    static final int RUN_BYTES = 32 * 1024;

    final AtomicInteger runsGiven = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    private final int runs;
    private final int failAt;

    FakeReader(int runs, int failAt) {
        this.runs = runs;
        this.failAt = failAt;
    }

    @Override
    public BlobMeta meta() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void range(long offsetBytes, long lengthBytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable ByteBuffer next(ReadMemory memory) {
        int run = runsGiven.getAndIncrement();
        if (run == failAt) {
            throw new IllegalStateException("damage, as the test asks");
        }
        return run < runs ? memory.take(RUN_BYTES) : null;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
