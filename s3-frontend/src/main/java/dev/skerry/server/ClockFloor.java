package dev.skerry.server;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time the clock must go on after: the newest that any commit carries. Every commit leaves an event, so the last
 * event of each log tells; a clock that was set back while the server was down then does no harm.
 */
final class ClockFloor {
    private static final Logger log = LoggerFactory.getLogger(ClockFloor.class);

    private ClockFloor() {}

    static HlcTimestamp of(Catalog catalog, MetadataStore metadata) {
        HlcTimestamp floor = newest(HlcTimestamp.ZERO, catalog.events(catalog.lastSequence() - 1, 1));
        for (SlotId slot : metadata.slots()) {
            floor = newest(floor, lastOf(metadata, slot));
        }
        return floor;
    }

    /**
     * Of a slot that is damaged, or that other nodes hold and none of them answers, the time is not known; the others
     * tell nearly the same.
     */
    private static List<SequencedEvent> lastOf(MetadataStore metadata, SlotId slot) {
        try {
            return metadata.events(slot, metadata.lastSequence(slot) - 1, 1);
        } catch (StoreException e) {
            if (e.failure() instanceof StoreFailure.Quarantined
                    || e.failure() instanceof StoreFailure.Corrupt
                    || e.failure() instanceof StoreFailure.Busy) {
                log.warn("the last event of a slot cannot be read slot={} reason={}", slot, e.getMessage());
                return List.of();
            }
            throw e;
        }
    }

    private static HlcTimestamp newest(HlcTimestamp floor, List<SequencedEvent> events) {
        HlcTimestamp newest = floor;
        for (SequencedEvent event : events) {
            if (event.event().hlc().compareTo(newest) > 0) {
                newest = event.event().hlc();
            }
        }
        return newest;
    }
}
