package dev.skerry.server;

import java.util.function.LongSupplier;

/**
 * What of a log was acknowledged and is not on disk yet, because its writes did not ask for that.
 *
 * @param commands how many
 * @param bytes what they speak of
 * @param sync puts it there; blocks
 */
record Unsynced(LongSupplier commands, LongSupplier bytes, Runnable sync) {
    /** Of a log that acknowledges nothing before it is on disk. */
    static final Unsynced NONE = new Unsynced(() -> 0, () -> 0, () -> {});
}
