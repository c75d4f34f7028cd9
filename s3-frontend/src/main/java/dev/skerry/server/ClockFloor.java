package dev.skerry.server;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.catalog.Catalog;
import dev.skerry.blob.clock.HlcTimestamp;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.util.List;

/**
 * The time the clock must go on after: the newest that any commit carries. Every commit leaves an event, so the last
 * event of each log tells; a clock that was set back while the server was down then does no harm.
 */
final class ClockFloor {
    private ClockFloor() {}

    static HlcTimestamp of(Catalog catalog, MetadataStore metadata) {
        HlcTimestamp floor = newest(HlcTimestamp.ZERO, catalog.events(catalog.lastSequence() - 1, 1));
        for (SlotId slot : metadata.slots()) {
            floor = newest(floor, metadata.events(slot, metadata.lastSequence(slot) - 1, 1));
        }
        return floor;
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
