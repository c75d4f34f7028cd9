package dev.skerry.http;

import dev.skerry.blob.failure.StoreException;
import dev.skerry.blob.failure.StoreFailure.IncompleteBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request: pushed by the event loop, pulled by the request's own thread.
 *
 * <p>Where the client waits for {@code 100 Continue} the request is paused until the first pull, which says so; a
 * request that is refused by its head alone costs the client no body. Any other client sends at once: its first run is
 * taken in as it comes, so that a small body is there before it is asked for, and the rest waits for the first pull.
 * From then on exactly one credit is with the connection or owed to it: it is given back as long as fewer than the
 * permitted bytes wait here, and withheld until half of them are taken.
 */
public final class RequestBody implements BodySource {
    /** A client that is still sending when its connection is to be closed would lose the answer to a reset. */
    private static final int LINGER_FACTOR = 64;

    private final HttpServerRequest request;
    private final ExchangeSettings settings;
    private final OptionalLong declaredBytes;
    private final boolean chunked;
    private final boolean continueExpected;

    /** Bounded by the credits. */
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

    private final AtomicLong bufferedBytes = new AtomicLong();
    private final AtomicBoolean creditOwed = new AtomicBoolean();

    // Of the event loop.
    private boolean discarding;
    private long discardedBytes;
    private Runnable whenDiscarded = () -> {};

    /** Written by the request's thread. */
    private volatile boolean started;

    // Of the request's thread.
    private boolean ended;
    private @Nullable RuntimeException failure;
    private final BodyPace pace;

    private final AtomicLong takenBytes = new AtomicLong();

    private sealed interface Item {
        record Bytes(ByteBuffer bytes) implements Item {}

        record End() implements Item {}

        record Lost(Throwable cause) implements Item {}
    }

    private RequestBody(HttpServerRequest request, ExchangeSettings settings) {
        this.request = request;
        this.settings = settings;
        this.pace = new BodyPace(settings.idleTimeout(), settings.bodyBytesPerSecond());
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        this.chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        this.declaredBytes = length == null || chunked ? OptionalLong.empty() : parse(length);
        this.continueExpected = "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** A length that is none belongs to an invalid request, which is answered without a look at its body. */
    private static OptionalLong parse(String length) {
        try {
            long bytes = Long.parseLong(length);
            return bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes);
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** Takes over a request's body; must be called on the event loop, in the handler the request is given to. */
    static RequestBody of(HttpServerRequest request, ExchangeSettings settings) {
        RequestBody body = new RequestBody(request, settings);
        request.pause();
        request.handler(body::arrived);
        request.endHandler(_ -> body.finished());
        request.exceptionHandler(cause -> body.items.add(new Item.Lost(cause)));
        if (body.firstRunAwaited()) {
            request.fetch(1);
        }
        return body;
    }

    @Override
    public OptionalLong declaredBytes() {
        return declaredBytes;
    }

    @Override
    public boolean chunked() {
        return chunked;
    }

    /** Whether the head announced a body at all. */
    public boolean present() {
        return chunked || declaredBytes.orElse(0) > 0;
    }

    /** How many bytes were pulled so far; any thread may ask. */
    public long takenBytes() {
        return takenBytes.get();
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            return null;
        }
        if (!started) {
            start();
        }
        if (declaredBytes.isPresent() && declaredBytes.getAsLong() == takenBytes.get()) {
            // the end itself is not waited for: it says nothing new
            ended = true;
            return null;
        }
        return switch (take()) {
            case Item.Bytes(ByteBuffer bytes) -> {
                takenBytes.addAndGet(bytes.remaining());
                long left = bufferedBytes.addAndGet(-bytes.remaining());
                if (left <= settings.bufferedBytes() / 2) {
                    payCredit();
                }
                yield bytes;
            }
            case Item.End _ -> {
                ended = true;
                yield null;
            }
            case Item.Lost(Throwable cause) ->
                throw failed(new StoreException(
                        new IncompleteBody(declaredBytes.orElse(takenBytes.get()), takenBytes.get()), cause));
        };
    }

    /** Whether nothing more of the body is on its way, as far as the request's thread knows. */
    boolean complete() {
        return ended || !present() || (declaredBytes.isPresent() && declaredBytes.getAsLong() == takenBytes.get());
    }

    /**
     * Whether what is left can be read and thrown away, so that the connection can serve the next request. One whose
     * client waits to be asked for a body cannot, even for an empty one: some clients then take what they were told for
     * the answer to their next request.
     */
    boolean discardable() {
        boolean clientWaits = continueExpected && !started;
        boolean littleLeft = failure == null
                && declaredBytes.isPresent()
                && declaredBytes.getAsLong() - takenBytes.get() <= settings.discardBytes();
        return !clientWaits && (complete() || littleLeft);
    }

    /** Reads on and throws away, as far as the settings allow; must be called on the event loop. */
    void discard(Runnable whenEnded) {
        discarding = true;
        whenDiscarded = whenEnded;
        items.clear();
        request.resume();
    }

    private void start() {
        started = true;
        if (continueExpected) {
            request.response().writeContinue();
        }
        if (firstRunAwaited()) {
            payCredit();
        } else {
            request.fetch(1);
        }
    }

    /** Whether the first credit is given before the first pull. */
    private boolean firstRunAwaited() {
        return present() && !continueExpected;
    }

    private Item take() {
        long began = System.nanoTime();
        try {
            Item item = items.poll(settings.idleTimeout().toNanos(), TimeUnit.NANOSECONDS);
            if (item == null) {
                throw failed(new RequestTimeoutException("nothing of the body came for " + settings.idleTimeout()
                        + " after " + takenBytes() + " bytes"));
            }
            if (item instanceof Item.Bytes(ByteBuffer bytes)
                    && pace.tooSlow(System.nanoTime() - began, bytes.remaining())) {
                throw failed(new RequestTimeoutException("the body came slower than " + settings.bodyBytesPerSecond()
                        + " bytes a second after " + takenBytes() + " bytes"));
            }
            return item;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(new ConnectionLostException("interrupted while the body was read", interrupted));
        }
    }

    private RuntimeException failed(RuntimeException cause) {
        failure = cause;
        return cause;
    }

    private void arrived(Buffer buffer) {
        if (discarding) {
            discardedBytes += buffer.length();
            if (discardedBytes > LINGER_FACTOR * settings.discardBytes()) {
                request.connection().close();
            }
            return;
        }
        items.add(new Item.Bytes(ByteBuffer.wrap(buffer.getBytes())));
        long buffered = bufferedBytes.addAndGet(buffer.length());
        if (started && buffered < settings.bufferedBytes()) {
            request.fetch(1);
            return;
        }
        creditOwed.set(true);
        // The other thread may have started, or taken everything, before it could see that a credit is owed.
        if (started && bufferedBytes.get() <= settings.bufferedBytes() / 2) {
            payCredit();
        }
    }

    private void finished() {
        if (discarding) {
            whenDiscarded.run();
        } else {
            items.add(new Item.End());
        }
    }

    private void payCredit() {
        if (creditOwed.compareAndSet(true, false)) {
            request.fetch(1);
        }
    }
}
