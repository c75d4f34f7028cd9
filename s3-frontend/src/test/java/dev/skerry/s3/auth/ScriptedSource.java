package dev.skerry.s3.auth;

import dev.skerry.http.BodySource;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A body that arrives in given pieces. */
public final class ScriptedSource implements BodySource {
    private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
    private final long length;

    private ScriptedSource(long length) {
        this.length = length;
    }

    /** All at once. */
    public static ScriptedSource whole(byte[] bytes) {
        ScriptedSource source = new ScriptedSource(bytes.length);
        source.pieces.add(ByteBuffer.wrap(bytes));
        return source;
    }

    /** Cut at random, empty pieces included. */
    public static ScriptedSource cut(byte[] bytes, RandomGenerator random) {
        ScriptedSource source = new ScriptedSource(bytes.length);
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + random.nextInt(random.nextBoolean() ? 4 : 300));
            source.pieces.add(ByteBuffer.wrap(bytes, from, to - from).slice());
            from = to;
        }
        return source;
    }

    @Override
    public @Nullable ByteBuffer next() {
        return pieces.poll();
    }

    @Override
    public OptionalLong declaredBytes() {
        return OptionalLong.of(length);
    }

    @Override
    public boolean chunked() {
        return false;
    }
}
