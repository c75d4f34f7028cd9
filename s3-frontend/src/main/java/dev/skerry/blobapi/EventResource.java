package dev.skerry.blobapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.blob.event.SequencedEvent;
import dev.skerry.http.ResponseWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/** The change feed's call: a page at once, a page when there is news, or a stream of server-sent events. */
final class EventResource {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;
    private static final int RETRY_MS = 2000;
    private static final String EVENT_STREAM = "text/event-stream";

    private final ChangeFeed feed;
    private final FeedSignal signal;
    private final Access access;
    private final Duration maxWait;
    private final Duration heartbeat;
    private final Semaphore subscribers;

    /**
     * Over a feed.
     *
     * @param maxWait the longest a page waits for news
     * @param heartbeat how often a silent stream says that it lives
     * @param maxSubscribers how many may wait or stream at once
     */
    EventResource(
            ChangeFeed feed,
            FeedSignal signal,
            Access access,
            Duration maxWait,
            Duration heartbeat,
            int maxSubscribers) {
        this.feed = feed;
        this.signal = signal;
        this.access = access;
        this.maxWait = maxWait;
        this.heartbeat = heartbeat;
        this.subscribers = new Semaphore(maxSubscribers);
    }

    ApiResponse read(ApiCall call) {
        EventView view = new EventView(access, call, call.query().text("prefix").orElse(""));
        int limit = (int) call.query().number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
        Duration wait = call.query().seconds("wait", maxWait);
        FeedCursor cursor = start(call);
        boolean stream = call.header("Accept")
                .map(accept -> accept.contains(EVENT_STREAM))
                .orElse(false);
        if (stream) {
            return stream(view, cursor, limit);
        }
        return page(view, cursor, limit, wait);
    }

    /** A reconnecting stream says where it was in a header, beside the parameters it first came with. */
    private FeedCursor start(ApiCall call) {
        Optional<String> given = call.header("Last-Event-ID")
                .filter(id -> !id.isEmpty())
                .or(() -> call.query().text("cursor"));
        String from = call.query().text("from").orElse("oldest");
        if (!from.equals("oldest") && !from.equals("now")) {
            throw ApiException.parameter("from", from, "oldest or now");
        }
        if (given.isPresent()) {
            return FeedCursor.read(given.get(), feed.sources());
        }
        return from.equals("now") ? feed.now() : feed.oldest();
    }

    private ApiResponse page(EventView view, FeedCursor cursor, int limit, Duration wait) {
        if (wait.isZero()) {
            return ApiResponse.Document.ok(look(view, cursor, limit).toJson(cursor));
        }
        enter();
        try (FeedSignal.Waiter waiter = signal.waiter()) {
            long deadline = System.nanoTime() + wait.toNanos();
            while (true) {
                waiter.arm();
                Look look = look(view, cursor, limit);
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!look.shown.isEmpty() || !left.isPositive() || over()) {
                    return ApiResponse.Document.ok(look.toJson(cursor));
                }
                if (!look.more) {
                    waiter.await(left);
                }
            }
        } finally {
            subscribers.release();
        }
    }

    /**
     * One look at the feed.
     *
     * @param shown what of it the subscriber may see
     * @param more whether there was more than was looked at
     * @param outOfService sources that could not be looked at
     */
    private record Look(ArrayNode shown, boolean more, SortedSet<Integer> outOfService) {
        ObjectNode toJson(FeedCursor cursor) {
            ObjectNode document = Json.object();
            document.set("events", shown);
            document.put("more", more);
            document.put("cursor", cursor.write());
            if (!outOfService.isEmpty()) {
                document.set("quarantined", numbers(outOfService));
            }
            return document;
        }
    }

    private static ArrayNode numbers(SortedSet<Integer> sources) {
        ArrayNode numbers = JsonNodeFactory.instance.arrayNode();
        sources.forEach(numbers::add);
        return numbers;
    }

    private Look look(EventView view, FeedCursor cursor, int limit) {
        List<SequencedEvent> batch = feed.read(cursor, limit);
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        for (SequencedEvent event : batch) {
            cursor.advance(event);
            if (view.shows(event.event())) {
                shown.add(EventView.json(event));
            }
        }
        return new Look(shown, batch.size() == limit, feed.outOfService());
    }

    private ApiResponse stream(EventView view, FeedCursor cursor, int limit) {
        // Read once before the head, so that a cursor that is of no use is an error document.
        List<SequencedEvent> first = feed.read(cursor, limit);
        enter();
        return new ApiResponse.Stream(
                Map.of("Content-Type", EVENT_STREAM, "Cache-Control", "no-store", "X-Accel-Buffering", "no"),
                writer -> new Subscription(writer, view, cursor, limit).run(first),
                subscribers::release);
    }

    /** One stream of server-sent events; an event's id is the cursor behind it. */
    private final class Subscription {
        private final ResponseWriter writer;
        private final EventView view;
        private final FeedCursor cursor;
        private final int limit;
        private long writtenNanos = System.nanoTime();
        private SortedSet<Integer> toldOutOfService = new TreeSet<>();

        private Subscription(ResponseWriter writer, EventView view, FeedCursor cursor, int limit) {
            this.writer = writer;
            this.view = view;
            this.cursor = cursor;
            this.limit = limit;
        }

        void run(List<SequencedEvent> first) {
            write("retry: " + RETRY_MS + "\n\n");
            List<SequencedEvent> batch = first;
            try (FeedSignal.Waiter waiter = signal.waiter()) {
                while (!over()) {
                    waiter.arm();
                    tellOutOfService();
                    batch.forEach(this::pass);
                    batch = feed.read(cursor, limit);
                    Duration silent = Duration.ofNanos(System.nanoTime() - writtenNanos);
                    if (silent.compareTo(heartbeat) >= 0) {
                        // The id moves a subscriber past events its filter hides; without data it is no event.
                        write(": heartbeat\nid: " + cursor.write() + "\n\n");
                    } else if (batch.isEmpty()) {
                        waiter.await(heartbeat.minus(silent));
                    }
                }
            } catch (ApiException expired) {
                write("event: error\ndata: " + Json.line(ApiError.of(expired).toJson("")) + "\n\n");
            }
        }

        /** Without an id, for it is no place to go on from. */
        private void tellOutOfService() {
            SortedSet<Integer> now = feed.outOfService();
            if (!now.equals(toldOutOfService)) {
                toldOutOfService = now;
                ObjectNode document = Json.object();
                document.set("quarantined", numbers(now));
                write("event: quarantined\ndata: " + Json.line(document) + "\n\n");
            }
        }

        private void pass(SequencedEvent event) {
            cursor.advance(event);
            if (view.shows(event.event())) {
                write("id: " + cursor.write() + "\nevent: " + EventView.type(event.event()) + "\ndata: "
                        + Json.line(EventView.json(event)) + "\n\n");
            }
        }

        private void write(String text) {
            writer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            writtenNanos = System.nanoTime();
        }
    }

    private void enter() {
        if (!subscribers.tryAcquire()) {
            throw new ApiException(ApiErrorCode.BUSY, "too many subscribers of the change feed");
        }
    }

    private boolean over() {
        return signal.closed() || Thread.currentThread().isInterrupted();
    }
}
