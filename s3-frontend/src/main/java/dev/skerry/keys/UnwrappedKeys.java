package dev.skerry.keys;

import dev.skerry.blob.encryption.DataKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Data keys that a key service over the network unwrapped a short while ago, so that reading a blob again does not ask
 * it again. What falls out is wiped. Safe for many threads.
 */
final class UnwrappedKeys {
    /** How long a key that the service no longer allows may still be used. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private static final int MAX_ENTRIES = 1000;

    private final LongSupplier nanos;

    // guarded by this; the least recently used first
    private final Map<Wrapped, Kept> entries = new LinkedHashMap<>(16, 0.75f, true);

    UnwrappedKeys(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record Kept(byte[] plain, long untilNanos) {}

    /** What was wrapped, for which key and in which context. */
    record Wrapped(@Nullable String keyId, byte[] bytes, Map<String, String> context) {
        Wrapped {
            context = Map.copyOf(context);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Wrapped that
                    && Objects.equals(keyId, that.keyId)
                    && Arrays.equals(bytes, that.bytes)
                    && context.equals(that.context);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** A copy, the caller's to wipe; null where there is none, or none any more. */
    synchronized byte @Nullable [] get(Wrapped wrapped) {
        Kept kept = entries.get(wrapped);
        if (kept == null) {
            return null;
        }
        if (nanos.getAsLong() - kept.untilNanos >= 0) {
            entries.remove(wrapped);
            wipe(kept);
            return null;
        }
        return kept.plain.clone();
    }

    /** Keeps a copy. */
    synchronized void put(Wrapped wrapped, byte[] plain) {
        if (plain.length != DataKey.LENGTH_BYTES) {
            throw new IllegalArgumentException("data key: " + plain.length + " bytes");
        }
        Kept before = entries.put(wrapped, new Kept(plain.clone(), nanos.getAsLong() + KEPT.toNanos()));
        if (before != null) {
            wipe(before);
        }
        if (entries.size() > MAX_ENTRIES) {
            var eldest = entries.entrySet().iterator();
            wipe(eldest.next().getValue());
            eldest.remove();
        }
    }

    /** Forgets everything. */
    synchronized void clear() {
        entries.values().forEach(UnwrappedKeys::wipe);
        entries.clear();
    }

    private static void wipe(Kept kept) {
        Arrays.fill(kept.plain, (byte) 0);
    }
}
