package dev.skerry.blob.placement;

import dev.skerry.blob.BlobPath;
import dev.skerry.blob.SlotId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which slot a path belongs to. It can never change for data that is there, so it has a version that {@code node.json}
 * carries: {@value #VERSION} takes the first eight bytes of the SHA-256 over the path's raw bytes as an unsigned
 * number, modulo the number of slots.
 */
public final class SlotHash {
    /** The version of this function. */
    public static final String VERSION = "v1";

    private final int slots;

    /** The function for a store of that many slots. */
    public SlotHash(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("slots: " + slots + " (expected: 1 or more)");
        }
        this.slots = slots;
    }

    /** The slot of {@code path}. */
    public SlotId slotOf(BlobPath path) {
        long head = ByteBuffer.wrap(sha256().digest(path.toBytes())).getLong();
        return new SlotId((int) Long.remainderUnsigned(head, slots));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
