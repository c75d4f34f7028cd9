package dev.skerry.cluster.peer;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends calls of one kind to other nodes, over connections of its own. Safe for many threads; never blocks. */
final class PeerClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PeerClient.class);

    /**
     * Shorter than a listener waits for the next request, so that both do not close a connection and use it at once.
     */
    private static final int KEEP_ALIVE_SECONDS = 5;

    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final int MAX_REASON_BYTES = 2048;

    private final HttpNodeCalls.Ports ports;
    private final PeerProof proof;
    private final PeerSettings settings;
    private final Duration timeout;
    private final HttpClientAgent client;
    private final Runnable renewed = this::renew;
    private final Complaints complaints = new Complaints();

    PeerClient(HttpNodeCalls.Ports ports, PeerProof proof, PeerSettings settings, int connections, Duration timeout) {
        this.ports = ports;
        this.proof = proof;
        this.settings = settings;
        this.timeout = timeout;
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setDecompressionSupported(false)
                .setConnectTimeout((int) settings.connectTimeout().toMillis());
        NodeCertificates certificates = proof.certificates();
        if (certificates == null) {
            options.setSsl(settings.overTls()).setTrustAll(true).setVerifyHost(false);
        } else {
            NodeTls.secure(options, certificates);
        }
        this.client = ports.vertx()
                .httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(settings.waitingCalls()))
                .build();
        if (certificates != null) {
            certificates.follow(renewed);
        }
    }

    /** Connections that are made from now on have the certificate that is there now; calls under way go on. */
    private void renew() {
        NodeCertificates certificates = proof.certificates();
        if (certificates != null) {
            client.updateSSLOptions(NodeTls.changed(certificates))
                    .onFailure(failure -> log.warn("the certificate between nodes could not be changed", failure));
        }
    }

    CompletableFuture<byte[]> send(HttpNodeCalls.Peer peer, PeerTarget target, byte[] body) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        new Attempt(peer, target, body, answer).send();
        return answer;
    }

    /**
     * One call, which is sent a second time where the peer turns out to have started anew, and where the connection it
     * was given is from before certificates changed. Its steps come one after the other.
     */
    private final class Attempt {
        private final HttpNodeCalls.Peer peer;
        private final PeerTarget target;
        private final byte[] body;
        private final CompletableFuture<byte[]> answer;
        private boolean inOtherRun;
        private boolean onOtherConnection;

        Attempt(HttpNodeCalls.Peer peer, PeerTarget target, byte[] body, CompletableFuture<byte[]> answer) {
            this.peer = peer;
            this.target = target;
            this.body = body;
            this.answer = answer;
        }

        void send() {
            Optional<PeerAddresses.Address> address = ports.addresses().of(peer.id());
            if (address.isEmpty()) {
                fail(PeerListener.Outcome.UNREACHABLE, "its address is not known", null);
                return;
            }
            if (!peer.gate().open()) {
                fail(PeerListener.Outcome.UNREACHABLE, "no connection to " + address.get() + " of late", null);
                return;
            }
            Prover.Sent sent = peer.prover()
                    .prove(
                            new RequestProof.Line(target.method(), target.path(), body.length),
                            body,
                            ports.clock().millis());
            RequestOptions options = addressed(address.get())
                    .setMethod(HttpMethod.valueOf(target.method()))
                    .setURI(target.path())
                    .setConnectTimeout(timeout.toMillis())
                    .setIdleTimeout(timeout.toMillis())
                    .putHeader(RequestProof.HEADER, sent.header());
            requested(options).onComplete(made -> {
                if (made.failed()) {
                    notConnected(address.get(), made.cause());
                    return;
                }
                CertificateVerdict.Refused objection =
                        objection(made.result().connection().sslSession());
                if (objection == null) {
                    peer.gate().connected();
                    exchange(made.result(), sent);
                } else {
                    leave(made.result(), address.get(), objection);
                }
            });
        }

        private Future<HttpClientRequest> requested(RequestOptions options) {
            try {
                return client.request(options);
            } catch (IllegalStateException closed) {
                // this node stops
                return Future.failedFuture(closed);
            }
        }

        /** Before a word was said. */
        private void leave(
                HttpClientRequest request, PeerAddresses.Address address, CertificateVerdict.Refused objection) {
            request.exceptionHandler(_ -> {});
            request.connection().close();
            if (onOtherConnection) {
                peer.gate().notConnected();
                distrust(address, objection.reason().message() + ": " + objection.detail(), null);
            } else {
                onOtherConnection = true;
                send();
            }
        }

        private CertificateVerdict.@Nullable Refused objection(@Nullable SSLSession session) {
            NodeCertificates certificates = proof.certificates();
            return certificates == null
                    ? null
                    : certificates.objection(session, peer.id().equals(proof.anybody()) ? null : peer.id());
        }

        private void distrust(PeerAddresses.Address address, String why, @Nullable Throwable cause) {
            if (complaints.due()) {
                log.warn(
                        "a node is not spoken to node={} address={}: {}",
                        peer.id().value(),
                        address,
                        why);
            }
            fail(PeerListener.Outcome.UNREACHABLE, "not spoken to at " + address + ": " + why, cause);
        }

        private void notConnected(PeerAddresses.Address address, Throwable cause) {
            if (cause instanceof ConnectionPoolTooBusyException) {
                fail(PeerListener.Outcome.UNREACHABLE, "too many calls wait for it", cause);
                return;
            }
            peer.gate().notConnected();
            if (cause instanceof SSLException) {
                distrust(address, innermost(cause), cause);
            } else {
                fail(PeerListener.Outcome.UNREACHABLE, "no connection to " + address + ": " + cause, cause);
            }
        }

        private void exchange(HttpClientRequest request, Prover.Sent sent) {
            request.send(BufferInternal.buffer(Unpooled.wrappedBuffer(body)))
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

        private void judge(Prover.Sent sent, Answer got) {
            int status = got.response.statusCode();
            byte[] bytes = got.body.getBytes();
            Prover.Answered answered = sent.judge(status, got.response.getHeader(RequestProof.HEADER), bytes);
            if (answered == Prover.Answered.UNPROVED) {
                fail(PeerListener.Outcome.FAILED, "answered " + status + " without a proof: " + text(bytes), null);
            } else if (answered == Prover.Answered.WRONG) {
                fail(PeerListener.Outcome.UNANSWERED, "the answer's proof is wrong", null);
            } else if (answered == Prover.Answered.OTHER_RUN && !inOtherRun) {
                inOtherRun = true;
                send();
            } else if (answered == Prover.Answered.PROVED && status == 200) {
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

    private static String innermost(Throwable failure) {
        Throwable innermost = failure;
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            innermost = cause;
        }
        return String.valueOf(innermost.getMessage());
    }

    private record Answer(HttpClientResponse response, Buffer body) {}

    private static String text(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, MAX_REASON_BYTES), StandardCharsets.UTF_8).strip();
    }

    /** Nodes that know each other by certificates ask for nodes by name, wherever they are. */
    private RequestOptions addressed(PeerAddresses.Address address) {
        RequestOptions options = new RequestOptions().setPort(address.port());
        return proof.certificates() == null
                ? options.setHost(address.host())
                : options.setHost(NodeTls.SERVER_NAME)
                        .setServer(SocketAddress.inetSocketAddress(address.port(), address.host()));
    }

    @Override
    public void close() {
        NodeCertificates certificates = proof.certificates();
        if (certificates != null) {
            certificates.unfollow(renewed);
        }
        client.close();
    }
}
