package dev.skerry.metadata;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots that are out of service. A damaged index hides rows without a word, so nothing of a database that is known
 * to be damaged is served, not even what still looks right; and nothing is written to it, which could spread the
 * damage.
 */
final class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);

    private final Map<SlotId, String> reasons = new ConcurrentHashMap<>();

    /** Takes a slot out of service; the first reason stays. Says whether it was in service. */
    boolean add(SlotId slot, String reason) {
        // SQLite may quote half a schema
        String line = reason.lines().findFirst().orElse("");
        boolean added = reasons.putIfAbsent(slot, line) == null;
        if (added) {
            log.error(
                    "a slot is quarantined: requests for it are refused until it is mended (skerry salvage) slot={}"
                            + " reason={}",
                    slot,
                    line);
        }
        return added;
    }

    /** Takes it into service again. */
    void remove(SlotId slot) {
        if (reasons.remove(slot) != null) {
            log.info("a slot is in service again slot={}", slot);
        }
    }

    /** Throws with {@code Quarantined} where the slot is out of service. */
    void refuse(SlotId slot) {
        String reason = reasons.get(slot);
        if (reason != null) {
            throw new StoreException(new StoreFailure.Quarantined(slot, reason));
        }
    }

    boolean contains(SlotId slot) {
        return reasons.containsKey(slot);
    }

    /** The slots and why they are out of service. */
    Map<SlotId, String> reasons() {
        return Map.copyOf(reasons);
    }
}
