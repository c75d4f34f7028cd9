package dev.skerry.cluster.peer;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The short calls of this node to one other, all over one connection: those that come up at the same time go in one
 * message, and so do answers; each answer comes as soon as there is one. It is a WebSocket (RFC 6455) whose request for
 * an upgrade is proved as calls are, and whose messages prove themselves ({@link StreamProof}).
 *
 * <p>An HTTP request for each call cost the event loops of both nodes some five times as much. A stream that ends fails
 * what was asked over it; the next call begins another. Calls are made by any thread; the rest is of the event loop.
 */
final class CallStream {
    private static final long SWEEP_MILLIS = 200;

    private final HttpNodeCalls.Ports ports;
    private final PeerSettings settings;
    private final HttpNodeCalls.Peer peer;
    private final WebSocketClient client;
    private final Context context;
    private final Queue<Call> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean due = new AtomicBoolean();

    /** Calls without an answer. */
    private final AtomicInteger unanswered = new AtomicInteger();

    // Of the event loop.
    private final Deque<Call> waiting = new ArrayDeque<>();
    private @Nullable Open open;
    private boolean connecting;
    private long sweep = -1;

    /** One call. */
    private record Call(String service, byte[] body, CompletableFuture<byte[]> answer, long deadline) {}

    /** A connection. */
    private static final class Open {
        private final PeerAddresses.Address address;
        private final WebSocket socket;
        private final StreamProof proof;
        private final Batches calls;
        private final Map<Long, Call> asked = new HashMap<>();
        private long next;

        Open(PeerAddresses.Address address, WebSocket socket, StreamProof proof, Batches calls) {
            this.address = address;
            this.socket = socket;
            this.proof = proof;
            this.calls = calls;
        }
    }

    CallStream(HttpNodeCalls.Ports ports, PeerSettings settings, HttpNodeCalls.Peer peer, WebSocketClient client) {
        this.ports = ports;
        this.settings = settings;
        this.peer = peer;
        this.client = client;
        this.context = ports.vertx().getOrCreateContext();
    }

    CompletableFuture<byte[]> call(String service, byte[] body) {
        Call call = new Call(
                service,
                body,
                new CompletableFuture<>(),
                System.nanoTime() + settings.callTimeout().toNanos());
        if (unanswered.incrementAndGet() > settings.callConnections() + settings.waitingCalls()) {
            fail(call, PeerListener.Outcome.UNREACHABLE, "too many calls wait for it", null);
            return call.answer;
        }
        queue.add(call);
        if (due.compareAndSet(false, true)) {
            context.runOnContext(_ -> go());
        }
        return call.answer;
    }

    private void go() {
        due.set(false);
        for (Call call = queue.poll(); call != null; call = queue.poll()) {
            waiting.add(call);
        }
        Open stream = open;
        if (stream != null && !ports.addresses().of(peer.id()).equals(Optional.of(stream.address))) {
            // the node has moved, or is nobody's any more
            open = null;
            stream.socket.close();
            stream = null;
        }
        if (stream != null) {
            for (Call call = waiting.poll(); call != null; call = waiting.poll()) {
                long number = stream.next++;
                stream.asked.put(number, call);
                stream.calls.add(StreamMessage.Part.call(number, call.service, call.body));
            }
        } else if (!connecting && !waiting.isEmpty()) {
            connecting = true;
            connect(false);
        }
        if (sweep < 0 && unanswered.get() > 0) {
            sweep = ports.vertx().setPeriodic(SWEEP_MILLIS, _ -> expire());
        }
    }

    private void connect(boolean inOtherRun) {
        Optional<PeerAddresses.Address> address = ports.addresses().of(peer.id());
        if (address.isEmpty()) {
            notConnected(PeerListener.Outcome.UNREACHABLE, "its address is not known", null);
            return;
        }
        if (!peer.gate().open()) {
            notConnected(PeerListener.Outcome.UNREACHABLE, "no connection to " + address.get() + " of late", null);
            return;
        }
        byte[] nothing = new byte[0];
        Prover.Sent sent = peer.prover()
                .prove(
                        new RequestProof.Line(PeerTarget.GET, PeerTarget.STREAM, 0),
                        nothing,
                        ports.clock().millis());
        WebSocketConnectOptions options = new WebSocketConnectOptions();
        options.setHost(address.get().host())
                .setPort(address.get().port())
                .setURI(PeerTarget.STREAM)
                .setTimeout(settings.callTimeout().toMillis())
                .putHeader(RequestProof.HEADER, sent.header());
        client.connect(options).onComplete(made -> {
            if (made.succeeded()) {
                connected(address.get(), made.result(), sent);
            } else if (made.cause() instanceof UpgradeRejectedException rejected) {
                rejected(rejected, sent, inOtherRun);
            } else {
                peer.gate().notConnected();
                notConnected(
                        PeerListener.Outcome.UNREACHABLE,
                        "no connection to " + address.get() + ": " + made.cause(),
                        made.cause());
            }
        });
    }

    private void rejected(UpgradeRejectedException rejected, Prover.Sent sent, boolean inOtherRun) {
        byte[] body =
                rejected.getBody() == null ? new byte[0] : rejected.getBody().getBytes();
        Prover.Answered answered =
                sent.judge(rejected.getStatus(), rejected.getHeaders().get(RequestProof.HEADER), body);
        if (answered == Prover.Answered.OTHER_RUN && !inOtherRun) {
            connect(true);
            return;
        }
        if (answered == Prover.Answered.WRONG) {
            notConnected(PeerListener.Outcome.UNANSWERED, "the answer's proof is wrong", null);
            return;
        }
        String proved = answered == Prover.Answered.UNPROVED ? " without a proof" : "";
        notConnected(
                PeerListener.Outcome.FAILED,
                "answered " + rejected.getStatus() + proved + ": " + new String(body, StandardCharsets.UTF_8).strip(),
                null);
    }

    private void connected(PeerAddresses.Address address, WebSocket socket, Prover.Sent sent) {
        peer.gate().connected();
        StreamProof words = new StreamProof(Objects.requireNonNull(sent.streamKeys()), SessionKeys.Speaker.CALLER);
        Open stream = new Open(address, socket, words, new Batches(context, socket, words, ports.clock()));
        socket.exceptionHandler(_ -> socket.close());
        socket.closeHandler(_ -> ended(stream));
        socket.binaryMessageHandler(message -> answered(stream, message));
        connecting = false;
        open = stream;
        go();
    }

    /** What waits fails; what comes later tries anew. */
    private void notConnected(PeerListener.Outcome outcome, String reason, @Nullable Throwable cause) {
        connecting = false;
        List<Call> failed = new ArrayList<>(waiting);
        waiting.clear();
        failed.forEach(call -> fail(call, outcome, reason, cause));
    }

    private void answered(Open stream, Buffer message) {
        List<StreamMessage.Part> answers;
        try {
            answers = stream.proof.open(message).parts();
        } catch (IOException e) {
            stream.socket.close();
            return;
        }
        for (StreamMessage.Part answer : answers) {
            Call call = stream.asked.remove(answer.number());
            if (call == null) {
                // given up
                continue;
            }
            int length = answer.body().length;
            if (length > settings.maxBodyBytes()) {
                fail(call, PeerListener.Outcome.UNANSWERED, "the answer has " + length + " bytes", null);
            } else if (answer.status() == 200) {
                unanswered.decrementAndGet();
                ports.listener().called(PeerListener.Outcome.ANSWERED);
                call.answer.complete(answer.body());
            } else {
                String said = new String(answer.body(), StandardCharsets.UTF_8);
                fail(call, PeerListener.Outcome.FAILED, "answered " + answer.status() + ": " + said, null);
            }
        }
    }

    private void ended(Open stream) {
        if (open == stream) {
            open = null;
        }
        List<Call> lost = new ArrayList<>(stream.asked.values());
        stream.asked.clear();
        lost.forEach(call -> fail(call, PeerListener.Outcome.UNANSWERED, "no answer: the connection ended", null));
        if (!waiting.isEmpty()) {
            go();
        }
    }

    /** Gives up what takes too long, and with it the connection. */
    private void expire() {
        long now = System.nanoTime();
        Open stream = open;
        if (stream != null && stream.asked.values().stream().anyMatch(call -> call.deadline - now < 0)) {
            open = null;
            List<Call> late = stream.asked.values().stream()
                    .filter(call -> call.deadline - now < 0)
                    .toList();
            stream.asked.values().removeAll(late);
            late.forEach(call -> fail(call, PeerListener.Outcome.UNANSWERED, "no answer in time", null));
            stream.socket.close();
        }
        List<Call> late =
                waiting.stream().filter(call -> call.deadline - now < 0).toList();
        waiting.removeAll(late);
        late.forEach(call -> fail(call, PeerListener.Outcome.UNANSWERED, "no connection in time", null));
        if (unanswered.get() == 0) {
            ports.vertx().cancelTimer(sweep);
            sweep = -1;
        }
    }

    private void fail(Call call, PeerListener.Outcome outcome, String reason, @Nullable Throwable cause) {
        unanswered.decrementAndGet();
        ports.listener().called(outcome);
        call.answer.completeExceptionally(
                new PeerException(outcome, "node " + peer.id().value() + ", " + call.service + ": " + reason, cause));
    }
}
