package dev.skerry.notify;

import dev.skerry.blob.event.EventSink;
import dev.skerry.blob.event.SequencedEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where committing threads meet those that deliver: it keeps no event and wakes whoever reads the source's log. */
public final class LogSignal implements EventSink {
    private final Map<Integer, List<Runnable>> wakers = new ConcurrentHashMap<>();

    /** Nobody is to be woken yet. */
    public LogSignal() {}

    /** Has {@code waker} called at every event of a source; it must not wait. */
    void wake(int source, Runnable waker) {
        wakers.computeIfAbsent(source, _ -> new CopyOnWriteArrayList<>()).add(waker);
    }

    @Override
    public void accept(SequencedEvent event) {
        List<Runnable> ofSource = wakers.get(event.source());
        if (ofSource != null) {
            ofSource.forEach(Runnable::run);
        }
    }
}
