package dev.skerry.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started and how to end it: closed in reverse order, each once, and the rest even if one fails. Used by one
 * thread at a time.
 */
final class Lifecycle implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

    private final Deque<Part> parts = new ArrayDeque<>();

    private record Part(String name, AutoCloseable closing) {}

    /** Remembers how to end something and gives it back. */
    <T extends AutoCloseable> T keep(String name, T part) {
        parts.push(new Part(name, part));
        log.debug("opened part={}", name);
        return part;
    }

    /** Ends everything, the newest first. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.closing.close();
                log.debug("closed part={}", part.name);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                log.error("interrupted while closing part={}", part.name, e);
            } catch (Exception e) {
                log.error("could not close part={}", part.name, e);
            }
        }
    }
}
