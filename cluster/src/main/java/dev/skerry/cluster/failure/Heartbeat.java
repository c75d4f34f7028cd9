package dev.skerry.cluster.failure;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a heartbeat says, and its answer: who speaks, and in which life.
 *
 * @param life another number each time the node is started
 */
record Heartbeat(NodeId node, long life) {
    private static final byte FORMAT = 1;
    private static final int MAX_BYTES = 512;

    byte[] toBytes() {
        byte[] id = node.value().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + Long.BYTES + id.length)
                .put(FORMAT)
                .putLong(life)
                .put(id)
                .array();
    }

    /** Reads one; bytes beyond what is known of a later format are not looked at. */
    static Heartbeat of(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            byte format = buffer.get();
            if (format != FORMAT || bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("heartbeat: format " + format + " of " + bytes.length
                        + " bytes (expected: format " + FORMAT + " of at most " + MAX_BYTES + ")");
            }
            long life = buffer.getLong();
            return new Heartbeat(
                    new NodeId(StandardCharsets.UTF_8.decode(buffer).toString()), life);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("heartbeat: " + bytes.length + " bytes (expected: more)", e);
        }
    }
}
