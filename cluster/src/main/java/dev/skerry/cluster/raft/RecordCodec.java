package dev.skerry.cluster.raft;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;

/**
 * Records as bytes: each with a sign of its components' names and types and the components in order
 * ({@link RecordShape}); numbers, lengths and texts as Protocol Buffers have them, the cases of a sealed interface and
 * the constants of an enum by their names. Components may be added at the end, and are null where they were not
 * written; what the reader does not know is an error. Safe for use by many threads.
 */
public final class RecordCodec {
    private static final int BUFFER_BYTES = 512;

    private static final Shapes SHAPES = new Shapes();

    /** The bytes of a record. */
    public byte[] write(Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER_BYTES);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER_BYTES);
        try {
            SHAPES.of(value.getClass()).write(value, out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("memory can be written to", e);
        }
        return bytes.toByteArray();
    }

    /**
     * The record of these bytes.
     *
     * @throws IllegalArgumentException if they are none, or of a version that says more than this one knows
     */
    public <T> T read(byte[] bytes, Class<T> type) {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            in.pushLimit(bytes.length);
            Object value = SHAPES.of(type).read(in);
            if (value != null && in.isAtEnd()) {
                return type.cast(value);
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    type.getSimpleName() + " of " + bytes.length + " bytes: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                type.getSimpleName() + " of " + bytes.length + " bytes, and others after it");
    }
}
