package dev.skerry.cluster.peer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends calls of one kind to other nodes, over connections of its own. Safe for many threads; never blocks. */
final class PeerClient implements AutoCloseable {
    /**
     * Shorter than a listener waits for the next request, so that both do not close a connection and use it at once.
     */
    private static final int KEEP_ALIVE_SECONDS = 5;

    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final int OTHER_RUN = 409;
    private static final int MAX_REASON_BYTES = 2048;

    private final HttpNodeCalls.Ports ports;
    private final PeerSettings settings;
    private final Duration timeout;
    private final HttpClient client;

    PeerClient(HttpNodeCalls.Ports ports, PeerSettings settings, int connections, Duration timeout) {
        this.ports = ports;
        this.settings = settings;
        this.timeout = timeout;
        this.client = ports.vertx()
                .httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_1_1)
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setMaxChunkSize(MAX_CHUNK_BYTES)
                        .setDecompressionSupported(false)
                        .setSsl(settings.overTls())
                        .setTrustAll(true)
                        .setVerifyHost(false)
                        .setConnectTimeout((int) settings.connectTimeout().toMillis()))
                .with(new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(settings.waitingCalls()))
                .build();
    }

    CompletableFuture<byte[]> send(HttpNodeCalls.Peer peer, PeerIdentity self, PeerTarget target, byte[] body) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        new Attempt(peer, self, target, body, answer).send(true);
        return answer;
    }

    /** One call, which is sent a second time where the peer turns out to have started anew. */
    private final class Attempt {
        private final HttpNodeCalls.Peer peer;
        private final PeerIdentity self;
        private final PeerTarget target;
        private final byte[] body;
        private final CompletableFuture<byte[]> answer;

        Attempt(
                HttpNodeCalls.Peer peer,
                PeerIdentity self,
                PeerTarget target,
                byte[] body,
                CompletableFuture<byte[]> answer) {
            this.peer = peer;
            this.self = self;
            this.target = target;
            this.body = body;
            this.answer = answer;
        }

        void send(boolean first) {
            Optional<PeerAddresses.Address> address = ports.addresses().of(peer.id());
            if (address.isEmpty()) {
                fail(PeerListener.Outcome.UNREACHABLE, "its address is not known", null);
                return;
            }
            if (!peer.gate().open()) {
                fail(PeerListener.Outcome.UNREACHABLE, "no connection to " + address.get() + " of late", null);
                return;
            }
            Sessions.Session session = peer.sessions().current();
            long number = session.next().getAndIncrement();
            RequestProof proof = RequestProof.of(
                    new RequestProof.Peers(self, peer.id()),
                    session.keys(),
                    new RequestProof.Place(ports.clock().millis(), session.id(), session.run(), number),
                    new RequestProof.Line(target.method(), target.path(), body.length),
                    session.keys().tag(SessionKeys.Speaker.CALLER, number, body));
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.valueOf(target.method()))
                    .setHost(address.get().host())
                    .setPort(address.get().port())
                    .setURI(target.path())
                    .setConnectTimeout(timeout.toMillis())
                    .setIdleTimeout(timeout.toMillis())
                    .putHeader(RequestProof.HEADER, proof.header());
            client.request(options).onComplete(made -> {
                if (made.succeeded()) {
                    peer.gate().connected();
                    exchange(made.result(), new Sent(session, number, first));
                } else {
                    notConnected(address.get(), made.cause());
                }
            });
        }

        private void notConnected(PeerAddresses.Address address, Throwable cause) {
            if (cause instanceof ConnectionPoolTooBusyException) {
                fail(PeerListener.Outcome.UNREACHABLE, "too many calls wait for it", cause);
            } else {
                peer.gate().notConnected();
                fail(PeerListener.Outcome.UNREACHABLE, "no connection to " + address + ": " + cause, cause);
            }
        }

        private void exchange(HttpClientRequest request, Sent sent) {
            request.send(Buffer.buffer(body))
                    .compose(response -> {
                        String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
                        if (length == null || Long.parseLong(length) > settings.maxBodyBytes()) {
                            response.exceptionHandler(_ -> {});
                            request.reset();
                            throw new IllegalStateException("the answer has " + length + " bytes");
                        }
                        return response.body().map(bytes -> new Answer(response, bytes));
                    })
                    .onFailure(failure -> fail(PeerListener.Outcome.UNANSWERED, "no answer: " + failure, failure))
                    .onSuccess(got -> {
                        if (got.body.length() <= PeerEndpoint.SHORT_BYTES) {
                            judge(sent, got);
                        } else {
                            ports.aside().execute(() -> judge(sent, got));
                        }
                    });
        }

        private void judge(Sent sent, Answer got) {
            int status = got.response.statusCode();
            String header = got.response.getHeader(RequestProof.HEADER);
            byte[] bytes = got.body.getBytes();
            Optional<AnswerProof> parsed = header == null ? Optional.empty() : AnswerProof.parse(header);
            if (parsed.isEmpty()) {
                fail(PeerListener.Outcome.FAILED, "answered " + status + " without a proof: " + text(bytes), null);
                return;
            }
            AnswerProof proof = parsed.get();
            SessionKeys keys =
                    status == OTHER_RUN ? peer.sessions().keysOf(sent.session, proof.run()) : sent.session.keys();
            if (!proof.holds(keys, sent.number, status)
                    || !keys.isTag(proof.tag(), SessionKeys.Speaker.CALLED, sent.number, bytes)) {
                fail(PeerListener.Outcome.UNANSWERED, "the answer's proof is wrong", null);
            } else if (status == OTHER_RUN && sent.first) {
                peer.sessions().renew(sent.session, proof.run());
                send(false);
            } else if (status == 200) {
                ports.listener().called(PeerListener.Outcome.ANSWERED);
                answer.complete(bytes);
            } else {
                fail(PeerListener.Outcome.FAILED, "answered " + status + ": " + text(bytes), null);
            }
        }

        private void fail(PeerListener.Outcome outcome, String reason, @Nullable Throwable cause) {
            ports.listener().called(outcome);
            answer.completeExceptionally(new PeerException(
                    outcome, "node " + peer.id().value() + ", " + target.what() + ": " + reason, cause));
        }
    }

    private record Sent(Sessions.Session session, long number, boolean first) {}

    private record Answer(HttpClientResponse response, Buffer body) {}

    private static String text(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, MAX_REASON_BYTES), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() {
        client.close();
    }
}
