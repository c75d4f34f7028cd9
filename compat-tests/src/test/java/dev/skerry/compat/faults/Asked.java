package dev.skerry.compat.faults;

import dev.skerry.compat.history.Action;
import org.jspecify.annotations.Nullable;

/**
 * One request that a client is about to send.
 *
 * @param bucket where its key is
 * @param key of which key
 * @param action what it asks
 * @param value the name of what it writes
 * @param expected the name of what its condition asks for
 */
record Asked(
        String bucket,
        String key,
        Action action,
        @Nullable String value,
        @Nullable String expected) {
    /** As histories call the key. */
    String path() {
        return bucket + "/" + key;
    }
}
