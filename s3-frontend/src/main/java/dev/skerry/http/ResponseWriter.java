package dev.skerry.http;

import dev.skerry.blob.PartRef;
import dev.skerry.blob.part.ReadMemory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
 * them; the answer is out when all of them are back. A small answer is not waited for: it goes out in one piece, and a
 * connection has no more than one or two of them.
 */
public final class ResponseWriter {
    private static final int RUN_BYTES = 64 * 1024;

    /** What is small enough to be copied, and not to be waited for. */
    private static final int SMALL_BYTES = 16 * 1024;

    /** A client that takes nothing for so long is slow, and what is read for it is no longer read ahead. */
    private static final Duration SLOW_AFTER = Duration.ofSeconds(1);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final RequestBody body;
    private final ExchangeSettings settings;
    private final AnswerMemory memory;
    private final int runBytes;
    private final Semaphore permits;
    private final AtomicLong bodyBytes = new AtomicLong();

    private volatile @Nullable Throwable lost;
    private volatile boolean headSent;
    private volatile boolean ended;
    private volatile int status;

    /** Of the request's thread, and then of the event loop. */
    private volatile boolean closing;

    // Of the request's thread.
    private boolean slow;
    private boolean waitsForEnd;
    private Runnable whenSlow = () -> {};
    private MemoryBudget.Share document = MemoryBudget.NOTHING;

    private ResponseWriter(
            HttpServerRequest request,
            Context context,
            RequestBody body,
            ExchangeSettings settings,
            AnswerMemory memory) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.body = body;
        this.settings = settings;
        this.memory = memory;
        this.runBytes = Math.min(RUN_BYTES, settings.bufferedBytes());
        this.permits = new Semaphore(settings.bufferedBytes());
    }

    /** Takes over a request's answer; must be called on the event loop. */
    static ResponseWriter of(
            HttpServerRequest request,
            Context context,
            RequestBody body,
            ExchangeSettings settings,
            AnswerMemory memory) {
        ResponseWriter writer = new ResponseWriter(request, context, body, settings, memory);
        writer.response.exceptionHandler(writer::lose);
        writer.response.closeHandler(_ -> writer.lose(new IllegalStateException("connection closed")));
        return writer;
    }

    /** What to do when the client turns out to be slow; may be done more than once, by the request's thread. */
    public void whenSlow(Runnable action) {
        whenSlow = action;
    }

    /**
     * Takes memory for an answer that is a document made as a whole, which is given back when that is out. Waits where
     * others hold too much.
     *
     * @param bytes at most, all that is held at once on the way to it counted; 0 for a small one
     * @throws ServerBusyException if there is none for ten seconds
     */
    public void reserveDocument(long bytes) {
        document = memory.documents().take(bytes);
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
            waitsForEnd = true;
            bodyBytes.addAndGet(length);
            pass(() -> response.write(Buffer.buffer(run)), () -> permits.release(length));
        }
    }

    /**
     * Ends the answer and waits until what was written is out.
     *
     * @throws ConnectionLostException as {@link #write} does
     */
    public void end() {
        reserve(1);
        finish(Buffer.buffer(), () -> permits.release(1));
        if (waitsForEnd) {
            awaitSent();
        }
    }

    /** Sends a whole answer: head, body and end. A HEAD request gets the head only. */
    public void send(int newStatus, Map<String, String> headers, byte[] whole) {
        document.shrink(whole.length);
        try {
            sendWhole(newStatus, headers, whole);
        } finally {
            document.close();
        }
    }

    private void sendWhole(int newStatus, Map<String, String> headers, byte[] whole) {
        boolean bodiless = isHead() || newStatus == 204 || newStatus == 304;
        head(
                newStatus,
                headers,
                newStatus == 204 || newStatus == 304 ? OptionalLong.of(0) : OptionalLong.of(whole.length));
        if (bodiless || whole.length == 0) {
            end();
        } else if (whole.length <= SMALL_BYTES) {
            reserve(whole.length);
            bodyBytes.addAndGet(whole.length);
            finish(Buffer.buffer(whole), () -> permits.release(whole.length));
        } else {
            write(ByteBuffer.wrap(whole));
            end();
        }
    }

    /**
     * Sends a whole answer whose bytes are read while it is sent. What the source throws before its first run leaves
     * the head unsent, so that an error can be answered instead. A HEAD request gets the head only.
     *
     * @param lengthBytes what the source gives in all
     * @throws ConnectionLostException as {@link #write} does
     */
    public void stream(int newStatus, Map<String, String> headers, long lengthBytes, RunSource source) {
        head(newStatus, headers, OptionalLong.of(lengthBytes));
        if (isHead() || lengthBytes == 0) {
            end();
            return;
        }
        long left = lengthBytes;
        while (left > 0) {
            left -= sendRun(source, left);
        }
        if (waitsForEnd) {
            awaitSent();
        }
    }

    private int sendRun(RunSource source, long left) {
        Run run = new Run();
        boolean given = false;
        try {
            ByteBuffer bytes = source.next(run);
            int length = bytes == null ? 0 : bytes.remaining();
            if (bytes == null || length > left) {
                throw new IllegalStateException(
                        "a source gave a run of " + length + " bytes (expected: 1 to " + left + ")");
            }
            bodyBytes.addAndGet(length);
            headSent = true;
            given = true;
            if (length == left) {
                finish(run.buffer(bytes), run::release);
            } else {
                pass(() -> response.write(run.buffer(bytes)), run::release);
            }
            return length;
        } finally {
            if (!given) {
                run.release();
            }
        }
    }

    /**
     * The memory of one run, which it has until it is out. It is borrowed while the client keeps up; otherwise it is a
     * block of the answer's own, and then nothing else of the answer is under way.
     */
    private final class Run implements ReadMemory {
        private @Nullable ByteBuf pooled;
        private int reserved;
        private int borrowed;

        @Override
        public ByteBuffer take(int wantedBytes) {
            int length = Math.min(wantedBytes, Math.min(AnswerMemory.RUN_BYTES, settings.bufferedBytes()));
            boolean soon = reserve(length);
            reserved = length;
            if (length <= SMALL_BYTES) {
                return ByteBuffer.allocate(length);
            }
            waitsForEnd = true;
            if (soon && !slow && memory.borrow(length)) {
                borrowed = length;
            } else {
                length = takeOwn(length, soon);
            }
            ByteBuf taken = memory.buffer(length);
            pooled = taken;
            return taken.nioBuffer(0, length);
        }

        private int takeOwn(int length, boolean soon) {
            int rest = settings.bufferedBytes() - length;
            slow = !reserve(rest) || !soon;
            int own = Math.min(length, PartRef.BLOCK_BYTES);
            permits.release(rest + length - own);
            reserved = own;
            return own;
        }

        /** What is to be sent of it. Releasing is ours, because what a closed connection drops nobody releases. */
        Buffer buffer(ByteBuffer bytes) {
            ByteBuf from = pooled;
            return BufferInternal.buffer(
                    from == null
                            ? Unpooled.wrappedBuffer(bytes)
                            : Unpooled.unreleasableBuffer(from.slice(bytes.position(), bytes.remaining())));
        }

        void release() {
            if (pooled != null) {
                pooled.release();
            }
            memory.giveBack(borrowed);
            permits.release(reserved);
        }
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
        document.close();
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

    private void finish(Buffer last, Runnable whenOut) {
        headSent = true;
        ended = true;
        pass(() -> response.end(last).onSuccess(_ -> finishConnection()), whenOut);
    }

    /** Hands something to the connection; {@code whenOut} runs once, when it is sent or never will be. */
    private void pass(Supplier<Future<Void>> write, Runnable whenOut) {
        Future<Void> sent;
        try {
            sent = write.get();
        } catch (IllegalStateException closed) {
            whenOut.run();
            throw new ConnectionLostException("the connection takes no more", closed);
        }
        sent.onComplete(result -> {
            if (result.failed()) {
                lose(result.cause());
            }
            whenOut.run();
        });
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

    /** Waits until so much may be handed over; whether that was soon. */
    private boolean reserve(int count) {
        checkConnection();
        boolean soon;
        try {
            soon = permits.tryAcquire(count, SLOW_AFTER.toNanos(), TimeUnit.NANOSECONDS);
            if (!soon) {
                whenSlow.run();
                if (!permits.tryAcquire(count, settings.idleTimeout().toNanos(), TimeUnit.NANOSECONDS)) {
                    lost = new IllegalStateException("idle");
                    throw new ConnectionLostException("the client took nothing for " + settings.idleTimeout(), null);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ConnectionLostException("interrupted while the answer was sent", interrupted);
        }
        checkConnection();
        return soon;
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
