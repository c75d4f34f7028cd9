package dev.skerry.blob.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells several sinks of every event. A sink that throws harms neither the others nor the commit: the failure is
 * counted, and logged at its 1st, 2nd, 4th, 8th … time, so that a broken sink does not fill the log. Safe for many
 * threads where its sinks are.
 */
public final class EventFanOut implements EventSink {
    private static final Logger log = LoggerFactory.getLogger(EventFanOut.class);

    private final List<Guarded> sinks = new ArrayList<>();

    /** Tells the sinks in this order. */
    public EventFanOut(List<EventSink> sinks) {
        sinks.forEach(sink -> this.sinks.add(new Guarded(sink, new AtomicLong())));
    }

    @Override
    public void accept(SequencedEvent event) {
        sinks.forEach(sink -> sink.accept(event));
    }

    /** How often any sink threw. */
    public long failures() {
        return sinks.stream().mapToLong(sink -> sink.failures().get()).sum();
    }

    private record Guarded(EventSink sink, AtomicLong failures) {
        void accept(SequencedEvent event) {
            try {
                sink.accept(event);
            } catch (RuntimeException e) {
                long count = failures.incrementAndGet();
                if (Long.bitCount(count) == 1) {
                    log.warn(
                            "An event sink failed; the event stays in the log sink={} failures={} source={} sequence={}",
                            sink.getClass().getName(),
                            count,
                            event.source(),
                            event.sequence(),
                            e);
                }
            }
        }
    }
}
