package dev.skerry.compat.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/** What a server process printed: the last lines of it, and whether it said that it is ready. */
final class ServerLog {
    private static final int MAX_LINES = 5_000;

    private final Deque<String> lines = new ArrayDeque<>(); // guarded by itself
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread reader;
    private volatile boolean saidReady;

    ServerLog(InputStream output, String readyMark) {
        reader = Thread.ofVirtual().name("server-log").unstarted(() -> read(output, readyMark));
    }

    void start() {
        reader.start();
    }

    /** Counted down by the ready line, or by the end of the output. */
    CountDownLatch readyOrEnded() {
        return ready;
    }

    boolean saidReady() {
        return saidReady;
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    void awaitEnd() throws InterruptedException {
        reader.join(5_000);
    }

    private void read(InputStream output, String readyMark) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                append(line);
                if (line.toLowerCase(Locale.ROOT).contains("ready") && line.contains(readyMark)) {
                    saidReady = true;
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            append("[output ended: " + new UncheckedIOException(e).getMessage() + "]");
        } finally {
            ready.countDown();
        }
    }

    private void append(String line) {
        synchronized (lines) {
            if (lines.size() == MAX_LINES) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
    }
}
