package dev.skerry.blob.event;

/**
 * Told of every event after its commit is durable. The call comes from the thread that committed, so it must not block
 * and must not throw; a sink that needs more replays the log from the sequence it reached.
 */
@FunctionalInterface
public interface EventSink {
    /** Takes one event; those of one source come in order of their sequence. */
    void accept(SequencedEvent event);
}
