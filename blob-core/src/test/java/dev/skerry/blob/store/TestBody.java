package dev.skerry.blob.store;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A body from memory, given out in runs of one size. */
public final class TestBody implements BlobBody {
    private final byte[] bytes;
    private final int runBytes;
    private OptionalLong declared;
    private Expected atStart = Expected.NOTHING;
    private Expected atEnd = Expected.NOTHING;
    private Runnable onRun = () -> {};
    private int position;
    private boolean ended;
    private boolean closed;

    private TestBody(byte[] bytes, int runBytes) {
        this.bytes = bytes;
        this.runBytes = runBytes;
        this.declared = OptionalLong.of(bytes.length);
    }

    /** A body of these bytes that announces its length. */
    public static TestBody of(byte[] bytes) {
        return new TestBody(bytes, 10_000);
    }

    /** A body that says how long it is going to be, or does not. */
    public TestBody declaring(OptionalLong bytesToCome) {
        this.declared = bytesToCome;
        return this;
    }

    /** A body that says from the beginning what it hashes to. */
    public TestBody expecting(Expected expected) {
        this.atStart = expected;
        this.atEnd = expected;
        return this;
    }

    /** A body that says only in its trailers what it hashes to. */
    public TestBody trailing(Expected expected) {
        this.atEnd = expected;
        return this;
    }

    /** Runs something each time bytes are asked for. */
    public TestBody onRun(Runnable action) {
        this.onRun = action;
        return this;
    }

    /** Whether the store closed it. */
    public boolean closed() {
        return closed;
    }

    /** How many bytes were given out. */
    public int given() {
        return position;
    }

    @Override
    public @Nullable ByteBuffer next() {
        onRun.run();
        if (position == bytes.length) {
            ended = true;
            return null;
        }
        int length = Math.min(runBytes, bytes.length - position);
        ByteBuffer run = ByteBuffer.wrap(bytes, position, length).slice().asReadOnlyBuffer();
        position += length;
        return run;
    }

    @Override
    public OptionalLong declaredBytes() {
        return declared;
    }

    @Override
    public Expected expected() {
        return ended ? atEnd : atStart;
    }

    @Override
    public void close() {
        closed = true;
    }
}
