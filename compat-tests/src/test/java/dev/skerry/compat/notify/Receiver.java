package dev.skerry.compat.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.server.FreePorts;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A webhook of the test's own. It keeps its port while it is stopped and started again. */
final class Receiver implements AutoCloseable {
    /** How it treats what comes. */
    enum Manner {
        TAKES,
        REFUSES,
        /** Takes every third, refuses the others; what it refuses it has not seen. */
        FALTERS,
        /** Answers nothing. */
        HANGS
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());
    private final List<JsonNode> tests = Collections.synchronizedList(new ArrayList<>());
    private final List<MultiMap> headers = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger refused = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private final int port = FreePorts.take();
    private volatile Manner manner = Manner.TAKES;
    private @Nullable HttpServer server;

    Receiver() {
        server = open();
    }

    private HttpServer open() {
        return vertx.createHttpServer()
                .requestHandler(request -> request.bodyHandler(body -> take(request, body)))
                .listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** The line of the configuration that makes it a target. */
    String yaml(String name, String more) {
        return "    " + name + ": {url: \"http://127.0.0.1:" + port + "/hook\"" + more + "}";
    }

    void manner(Manner now) {
        manner = now;
    }

    /** Refuses connections from now on. */
    void stop() {
        HttpServer running = server;
        if (running != null) {
            running.close().toCompletionStage().toCompletableFuture().join();
            server = null;
        }
    }

    /** Takes connections again. */
    void start() {
        server = open();
    }

    /** The records it took, in their order. */
    List<JsonNode> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** The test events it took. */
    List<JsonNode> tests() {
        synchronized (tests) {
            return List.copyOf(tests);
        }
    }

    /** What came with the last event. */
    MultiMap lastHeaders() {
        return headers.getLast();
    }

    /** How many events it refused or left without an answer. */
    int refused() {
        return refused.get();
    }

    /** On its event loop, one at a time. */
    private void take(HttpServerRequest request, Buffer body) {
        Manner now = manner;
        boolean falters = now == Manner.FALTERS && ThreadLocalRandom.current().nextInt(3) != 0;
        if (now == Manner.HANGS) {
            refused.incrementAndGet();
            return;
        }
        if (now == Manner.REFUSES || falters) {
            refused.incrementAndGet();
            request.response().setStatusCode(503).end();
            return;
        }
        JsonNode document = json(body);
        if (document.has("Records")) {
            document.path("Records").forEach(events::add);
            headers.add(request.headers());
        } else {
            tests.add(document);
        }
        request.response().end();
    }

    private static JsonNode json(Buffer body) {
        try {
            return JSON.readTree(body.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
