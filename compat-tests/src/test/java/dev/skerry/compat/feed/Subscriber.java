package dev.skerry.compat.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Reads the change feed as server-sent events from its oldest event on, as a browser's event source does: whenever the
 * connection breaks it comes back and says in {@code Last-Event-ID} how far it came.
 */
final class Subscriber implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final URI feed;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread reader = Thread.ofVirtual().name("subscriber").unstarted(this::run);
    private final List<JsonNode> events = new ArrayList<>(); // guarded by itself
    private volatile boolean closed;
    private final AtomicInteger connections = new AtomicInteger();

    // the reader's own
    private String lastId = "";
    private String data = "";

    Subscriber(URI server) {
        feed = server.resolve("/api/v1/events");
    }

    Subscriber start() {
        reader.start();
        return this;
    }

    /** What came so far. */
    List<JsonNode> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** How often a stream began. */
    int connections() {
        return connections.get();
    }

    private void run() {
        while (!closed) {
            try {
                read();
            } catch (IOException | UncheckedIOException broken) {
                // the server is down: come back until it is up
                LockSupport.parkNanos(BETWEEN.toNanos());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void read() throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(feed).header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<Stream<String>> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = answer.body()) {
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("change feed: " + answer.statusCode() + " " + lines.toList());
            }
            connections.incrementAndGet();
            data = "";
            String[] id = {lastId};
            lines.forEach(line -> take(line, id));
        }
    }

    /** A line of the stream; an empty one ends an event, and only then its id counts. */
    private void take(String line, String[] id) {
        if (line.startsWith("id: ")) {
            id[0] = line.substring("id: ".length());
        } else if (line.startsWith("data: ")) {
            data = line.substring("data: ".length());
        } else if (line.isEmpty()) {
            lastId = id[0];
            if (!data.isEmpty()) {
                synchronized (events) {
                    events.add(json(data));
                }
                data = "";
            }
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException("not an event: " + text, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        http.shutdownNow();
    }
}
