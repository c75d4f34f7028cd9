package dev.skerry.cluster.peer;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one end of a stream has to say: whatever came up until its event loop gets to it goes in one message. Parts may
 * be added by any thread; the rest is of the event loop.
 */
final class Batches {
    /** Of one message, and of a part of it that may be longer by itself. */
    static final int MESSAGE_BYTES = 48 * 1024;

    private final Context context;
    private final WebSocketBase socket;
    private final StreamProof proof;
    private final InstantSource clock;
    private final Queue<StreamMessage.Part> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean due = new AtomicBoolean();

    Batches(Context context, WebSocketBase socket, StreamProof proof, InstantSource clock) {
        this.context = context;
        this.socket = socket;
        this.proof = proof;
        this.clock = clock;
    }

    /** Has it sent, in its turn; what is added once the stream has ended is lost. */
    void add(StreamMessage.Part part) {
        waiting.add(part);
        if (due.compareAndSet(false, true)) {
            context.runOnContext(_ -> send());
        }
    }

    private void send() {
        due.set(false);
        List<StreamMessage.Part> parts = new ArrayList<>();
        int bytes = 0;
        for (StreamMessage.Part next = waiting.poll(); next != null; next = waiting.poll()) {
            if (!parts.isEmpty() && bytes + next.bytes() > MESSAGE_BYTES) {
                write(parts);
                parts = new ArrayList<>();
                bytes = 0;
            }
            parts.add(next);
            bytes += next.bytes();
        }
        if (!parts.isEmpty()) {
            write(parts);
        }
    }

    private void write(List<StreamMessage.Part> parts) {
        if (!socket.isClosed()) {
            Buffer message = proof.seal(new StreamMessage(clock.millis(), parts));
            socket.writeBinaryMessage(message);
        }
    }
}
