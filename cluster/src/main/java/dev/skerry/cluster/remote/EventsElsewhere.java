package dev.skerry.cluster.remote;

import dev.skerry.blob.SlotId;
import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells this node's sinks how far the slots are that other nodes hold: once a second the newest event of each, where it
 * is another than before. That is enough to wake whoever waits for events, who reads them himself.
 */
public final class EventsElsewhere implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventsElsewhere.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final PlacedMetadata metadata;
    private final List<List<SlotId>> together;
    private final List<EventSink> sinks;
    private final ScheduledExecutorService timer;
    private final Map<Integer, Long> told = new ConcurrentHashMap<>();

    /** Guarded by this. */
    private @Nullable ScheduledFuture<?> looking;

    /**
     * Tells {@code sinks}.
     *
     * @param together the slots that the same nodes hold, group by group
     * @param timer with a thread of its own, which may block; stopped by its owner
     */
    public EventsElsewhere(
            PlacedMetadata metadata,
            List<List<SlotId>> together,
            List<EventSink> sinks,
            ScheduledExecutorService timer) {
        this.metadata = metadata;
        this.together = List.copyOf(together);
        this.sinks = List.copyOf(sinks);
        this.timer = timer;
    }

    /** Begins. */
    public synchronized void start() {
        looking = timer.scheduleWithFixedDelay(
                this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            for (SequencedEvent event : metadata.lastEventsElsewhere(together)) {
                Long before = told.put(event.source(), event.sequence());
                if (before == null || before != event.sequence()) {
                    sinks.forEach(sink -> sink.accept(event));
                }
            }
        } catch (RuntimeException e) {
            // an exception would end the schedule for good
            log.warn("events of other nodes' slots could not be looked for, it is tried again", e);
        }
    }

    @Override
    public synchronized void close() {
        if (looking != null) {
            looking.cancel(false);
        }
    }
}
