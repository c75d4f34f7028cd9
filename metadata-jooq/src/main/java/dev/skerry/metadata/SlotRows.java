package dev.skerry.metadata;

import static dev.skerry.metadata.schema.slot.Tables.EVENTS;
import static dev.skerry.metadata.schema.slot.Tables.GC_QUEUE;

import dev.skerry.blob.BlobId;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.blob.event.StorageEvent;
import java.time.Instant;

/** Rows of a slot's smaller tables. */
final class SlotRows {
    static final Columns EVENT = Columns.ofTable("events", EVENTS.fields(), EVENTS.ROW_CRC);
    static final Columns GARBAGE = Columns.ofTable("gc_queue", GC_QUEUE.fields(), GC_QUEUE.ROW_CRC);

    /** Named number: the last event trimmed, so that sequences go on after it. */
    static final String TRIMMED = "trimmed";

    /** Named number: raised by a barrier, so that it has something to make durable. */
    static final String BARRIERS = "barriers";

    /** Before the name of a bucket: the epoch before which commands to it are refused. */
    static final String FENCE = "fence:";

    /** The term of the last entry applied of the placement group's log. */
    static final String LOG_TERM = "log_term";

    /** Its index. */
    static final String LOG_INDEX = "log_index";

    private SlotRows() {}

    static Row ofEvent(long sequence, StorageEvent event) {
        return Row.empty(EVENT)
                .set(EVENTS.SEQUENCE, sequence)
                .set(EVENTS.PAYLOAD, EventJson.encode(event))
                .sealed();
    }

    static SequencedEvent event(SlotId slot, Row row) {
        return Decoding.of(
                "events",
                () -> SequencedEvent.of(slot, row.need(EVENTS.SEQUENCE), EventJson.decode(row.need(EVENTS.PAYLOAD))));
    }

    static Row ofGarbage(BlobId folder, Instant at) {
        return Row.empty(GARBAGE)
                .set(GC_QUEUE.FOLDER, folder.value())
                .set(GC_QUEUE.QUEUED_AT, at.toEpochMilli())
                .sealed();
    }

    static BlobId garbage(Row row) {
        return Decoding.of("gc_queue", () -> new BlobId(row.need(GC_QUEUE.FOLDER)));
    }
}
