package dev.skerry.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One answer, written by the request's own thread: a head, then bytes, then the end. A write returns once the bytes are
 * with the connection and blocks while more than the permitted bytes wait there, so a slow reader slows the pump and
 * costs no memory.
 *
 * <p>Permits stand for bytes: a write takes as many as it has bytes and the connection gives them back when it has sent
 * them; the answer is out when all of them are back.
 */
public final class ResponseWriter {
    private static final int RUN_BYTES = 64 * 1024;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final RequestBody body;
    private final ExchangeSettings settings;
    private final int runBytes;
    private final Semaphore permits;
    private final AtomicLong bodyBytes = new AtomicLong();

    private volatile @Nullable Throwable lost;
    private volatile boolean headSent;
    private volatile boolean ended;
    private volatile int status;

    /** Of the request's thread, and then of the event loop. */
    private volatile boolean closing;

    private ResponseWriter(HttpServerRequest request, Context context, RequestBody body, ExchangeSettings settings) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.body = body;
        this.settings = settings;
        this.runBytes = Math.min(RUN_BYTES, settings.bufferedBytes());
        this.permits = new Semaphore(settings.bufferedBytes());
    }

    /** Takes over a request's answer; must be called on the event loop. */
    static ResponseWriter of(HttpServerRequest request, Context context, RequestBody body, ExchangeSettings settings) {
        ResponseWriter writer = new ResponseWriter(request, context, body, settings);
        writer.response.exceptionHandler(writer::lose);
        writer.response.closeHandler(_ -> writer.lose(new IllegalStateException("connection closed")));
        return writer;
    }

    /**
     * Sets what the answer begins with; it is sent with the first bytes or the end.
     *
     * @param headers one value each; characters beyond ASCII are sent as the bytes they came as
     * @param lengthBytes Content-Length, or absent for a body whose length is not known
     */
    public void head(int newStatus, Map<String, String> headers, OptionalLong lengthBytes) {
        if (headSent) {
            throw new IllegalStateException("the head is already sent");
        }
        status = newStatus;
        response.headers().clear();
        response.setStatusCode(newStatus);
        headers.forEach(response::putHeader);
        if (newStatus != 204 && newStatus != 304) {
            frame(lengthBytes);
        }
        closing |= !body.discardable();
        if (closing) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    private void frame(OptionalLong lengthBytes) {
        if (lengthBytes.isPresent()) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(lengthBytes.getAsLong()));
        } else if (request.version() == HttpVersion.HTTP_1_0) {
            closing = true;
        } else {
            response.setChunked(true);
        }
    }

    /**
     * Sends bytes, which the caller gives away.
     *
     * @throws ConnectionLostException if the client is gone or took nothing for the idle timeout
     */
    public void write(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), runBytes);
            byte[] run = new byte[length];
            bytes.get(run);
            reserve(length);
            headSent = true;
            bodyBytes.addAndGet(length);
            pass(() -> response.write(Buffer.buffer(run)), length);
        }
    }

    /**
     * Ends the answer and waits until it is out.
     *
     * @throws ConnectionLostException as {@link #write} does
     */
    public void end() {
        reserve(1);
        headSent = true;
        ended = true;
        pass(response::end, 1);
        awaitSent();
        context.runOnContext(_ -> finishConnection());
    }

    /** Sends a whole answer: head, body and end. A HEAD request gets the head only. */
    public void send(int newStatus, Map<String, String> headers, byte[] whole) {
        boolean bodiless = isHead() || newStatus == 204 || newStatus == 304;
        head(
                newStatus,
                headers,
                newStatus == 204 || newStatus == 304 ? OptionalLong.of(0) : OptionalLong.of(whole.length));
        if (!bodiless) {
            write(ByteBuffer.wrap(whole));
        }
        end();
    }

    /** Sends a whole small answer without ever waiting: for the event loop, where a request cannot have a thread. */
    public void sendNow(int newStatus, Map<String, String> headers, String text) {
        byte[] whole = isHead() ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        head(newStatus, headers, OptionalLong.of(whole.length));
        headSent = true;
        ended = true;
        bodyBytes.addAndGet(whole.length);
        response.end(Buffer.buffer(whole)).onComplete(_ -> finishConnection());
    }

    /** Cuts the connection, so that nobody takes what was sent for the whole answer. */
    public void abort() {
        ended = true;
        context.runOnContext(_ -> request.connection().close());
    }

    /** Whether the head is sent, after which an error can no longer be answered. */
    public boolean headSent() {
        return headSent;
    }

    /** Whether the answer was ended or cut. */
    public boolean ended() {
        return ended;
    }

    /** The status of the head; 0 before there is one. */
    public int status() {
        return status;
    }

    /** Bytes of the answer's body so far. */
    public long bodyBytes() {
        return bodyBytes.get();
    }

    /** Whether the request is a HEAD, whose answer has no body. */
    public boolean isHead() {
        return request.method().equals(HttpMethod.HEAD);
    }

    private void pass(Supplier<Future<Void>> write, int count) {
        Future<Void> sent;
        try {
            sent = write.get();
        } catch (IllegalStateException closed) {
            throw new ConnectionLostException("the connection takes no more", closed);
        }
        sent.onComplete(result -> passed(result, count));
    }

    private void passed(AsyncResult<Void> result, int count) {
        if (result.failed()) {
            lose(result.cause());
        }
        permits.release(count);
    }

    private void lose(Throwable cause) {
        if (lost == null) {
            lost = cause;
        }
        // Whoever waits for the connection need not wait any longer.
        permits.release(settings.bufferedBytes());
    }

    private void awaitSent() {
        for (int left = settings.bufferedBytes(); left > 0; left -= runBytes) {
            reserve(Math.min(left, runBytes));
        }
    }

    private void reserve(int count) {
        checkConnection();
        try {
            if (!permits.tryAcquire(count, settings.idleTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                lost = new IllegalStateException("idle");
                throw new ConnectionLostException("the client took nothing for " + settings.idleTimeout(), null);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ConnectionLostException("interrupted while the answer was sent", interrupted);
        }
        checkConnection();
    }

    private void checkConnection() {
        Throwable cause = lost;
        if (cause != null) {
            throw new ConnectionLostException("the client is gone", cause);
        }
    }

    /** On the event loop, after the answer is out: makes the connection fit for the next request, or closes it. */
    private void finishConnection() {
        if (request.isEnded() || body.complete()) {
            if (closing) {
                request.connection().close();
            }
            return;
        }
        long timer = context.owner()
                .setTimer(
                        settings.lingerTimeout().toMillis(),
                        _ -> request.connection().close());
        body.discard(() -> {
            context.owner().cancelTimer(timer);
            if (closing) {
                request.connection().close();
            }
        });
    }
}
