package dev.skerry.compat.bench;

import dev.skerry.compat.bench.LoadClient.Answer;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Some clients on one event loop, each beginning its next work when its last was answered (a closed loop: a slow server
 * is asked less). Used on that event loop.
 */
final class Load {
    private final LoadClient client;
    private final Supplier<@Nullable Work> work;
    private final long deadlineNanos;
    private final Promise<Sample> done = Promise.promise();
    private final Histogram latencies = Sample.newHistogram();
    private final long beganNanos = System.nanoTime();
    private long lastNanos = beganNanos;
    private long bytes;
    private long errors;
    private String firstError = "";
    private int running;

    /**
     * A load not begun.
     *
     * @param work the next of it, or null where there is none left
     */
    Load(LoadClient client, Supplier<@Nullable Work> work, Duration duration) {
        this.client = client;
        this.work = work;
        this.deadlineNanos = beganNanos + duration.toNanos();
    }

    /** Begins with that many clients; the result comes when the last of them is done. */
    Promise<Sample> begin(int clients) {
        running = clients;
        for (int i = 0; i < clients; i++) {
            next();
        }
        return done;
    }

    private void next() {
        Work next = System.nanoTime() - deadlineNanos >= 0 ? null : work.get();
        if (next == null) {
            running--;
            if (running == 0) {
                done.complete(new Sample(latencies, bytes, errors, firstError, lastNanos - beganNanos));
            }
            return;
        }
        long begin = System.nanoTime();
        next.sendOver(client)
                .onComplete(
                        answer -> {
                            answered(next, answer, begin);
                            next();
                        },
                        failure -> {
                            failed(String.valueOf(failure));
                            next();
                        });
    }

    private void answered(Work answered, Answer answer, long begin) {
        lastNanos = System.nanoTime();
        if (!answer.successful()) {
            failed(answer.status() + " " + answer.text());
            return;
        }
        latencies.recordValue(Math.min(lastNanos - begin, latencies.getHighestTrackableValue()));
        bytes += Math.max(answer.bytes(), answered.bodyBytes());
    }

    private void failed(String what) {
        errors++;
        lastNanos = System.nanoTime();
        if (firstError.isEmpty()) {
            firstError = what.substring(0, Math.min(what.length(), 300));
        }
    }
}
