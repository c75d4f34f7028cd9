package dev.skerry.cluster.peer;

import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Answers the calls that another node makes over a stream, each as soon as its service has. Of its event loop. */
final class ServedStream {
    /** Why a stream is ended, as RFC 6455 has it: something else was said than a node says. */
    private static final short UNACCEPTABLE = 1008;

    private final ServerWebSocket socket;
    private final NodeId caller;
    private final StreamProof proof;
    private final Batches answers;
    private final Ports ports;

    /** What all streams share. */
    record Ports(Services services, PeerSettings settings, InstantSource clock, RefusalListener refused) {}

    /** Hears why a stream is ended. */
    interface RefusalListener {
        void refused(Refusal reason, String detail);
    }

    ServedStream(Context context, ServerWebSocket socket, NodeId caller, StreamProof proof, Ports ports) {
        this.socket = socket;
        this.caller = caller;
        this.proof = proof;
        this.answers = new Batches(context, socket, proof, ports.clock());
        this.ports = ports;
    }

    /** Serves from now on, until the stream ends. */
    void serve() {
        socket.exceptionHandler(_ -> socket.close());
        socket.binaryMessageHandler(this::received);
        socket.textMessageHandler(_ -> socket.close(UNACCEPTABLE));
    }

    private void received(Buffer sealed) {
        StreamMessage message;
        try {
            message = proof.open(sealed);
        } catch (IOException e) {
            ports.refused.refused(Refusal.BODY, String.valueOf(e.getMessage()));
            socket.close(UNACCEPTABLE);
            return;
        }
        if (Math.abs(ports.clock.millis() - message.timeMillis())
                > ports.settings.clockTolerance().toMillis()) {
            ports.refused.refused(Refusal.CLOCK, "");
            message.parts().forEach(call -> answer(call, 403, text(Refusal.CLOCK.message())));
            return;
        }
        message.parts().forEach(this::serve);
    }

    private void serve(StreamMessage.Part call) {
        int length = call.body().length;
        if (length > ports.settings.maxBodyBytes()) {
            String limit = " bytes (expected: " + ports.settings.maxBodyBytes() + " or fewer)";
            answer(call, 413, text("the request has " + length + limit));
            return;
        }
        Optional<CompletableFuture<byte[]>> served = ports.services.call(caller, call.service(), call.body());
        if (served.isEmpty()) {
            answer(call, 404, text("this node does not serve " + call.service()));
            return;
        }
        CompletableFuture<?> _ = served.get().whenComplete((bytes, failure) -> {
            if (failure != null) {
                answer(call, 500, text(PeerEndpoint.reason(failure)));
            } else if (bytes.length > ports.settings.maxBodyBytes()) {
                answer(call, 500, text("the answer has " + bytes.length + " bytes"));
            } else {
                answer(call, 200, bytes);
            }
        });
    }

    private void answer(StreamMessage.Part call, int status, byte[] body) {
        answers.add(StreamMessage.Part.answer(call.number(), status, body));
    }

    private static byte[] text(String message) {
        return message.getBytes(StandardCharsets.UTF_8);
    }
}
