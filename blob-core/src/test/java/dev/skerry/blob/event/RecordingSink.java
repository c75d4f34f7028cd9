package dev.skerry.blob.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers every event it is told of. Safe for many threads. */
public final class RecordingSink implements EventSink {
    private final List<SequencedEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(SequencedEvent event) {
        events.add(event);
    }

    /** The events so far, in the order they came. */
    public List<SequencedEvent> events() {
        return events;
    }
}
