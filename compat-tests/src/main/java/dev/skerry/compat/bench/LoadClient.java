package dev.skerry.compat.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/**
 * Sends signed requests to one endpoint over connections it keeps. Used on one event loop. Bodies go out in runs as the
 * connection takes them and answers are counted and dropped, so size costs no memory.
 */
final class LoadClient {
    private static final int RUN_BYTES = 64 * 1024;
    private static final int MAX_CONNECTIONS = 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Endpoint endpoint;
    private final RequestSigner signer;
    private final HttpClient http;

    LoadClient(Vertx vertx, Endpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.signer = new RequestSigner(endpoint, clock);
        this.http = vertx.httpClientBuilder()
                .with(options(endpoint))
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS))
                .build();
    }

    private static HttpClientOptions options(Endpoint endpoint) {
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(endpoint.tls())
                .setTcpNoDelay(true)
                .setKeepAlive(true)
                .setKeepAliveTimeout(0)
                .setTrustAll(endpoint.trust().anything())
                .setVerifyHost(!endpoint.trust().anything());
        Path authority = endpoint.trust().authority();
        return authority == null
                ? options
                : options.setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
    }

    /**
     * One request.
     *
     * @param path encoded
     * @param query canonical; empty for none
     * @param headers besides those of the signature
     * @param payload whether the body is signed
     */
    record Request(
            HttpMethod method, String path, String query, Map<String, String> headers, Body body, Payload payload)
            implements Work {
        static Request of(HttpMethod method, String path) {
            return of(method, path, "");
        }

        static Request of(HttpMethod method, String path, String query) {
            return new Request(method, path, query, Map.of(), Body.EMPTY, Payload.SIGNED);
        }

        /** Answers to POST are read, since S3 may report a failure in one that begins with 200. */
        @Override
        public Future<Answer> sendOver(LoadClient client) {
            return client.send(this, method.equals(HttpMethod.POST));
        }

        @Override
        public long bodyBytes() {
            return method.equals(HttpMethod.PUT) ? body.sizeBytes() : 0;
        }
    }

    /**
     * What came back.
     *
     * @param bytes of the body
     * @param etag as the header has it; empty for none
     * @param text the body where it was asked for, else empty
     */
    record Answer(int status, long bytes, String etag, String text) {
        boolean successful() {
            return status >= 200 && status < 300 && !text.contains("<Error>");
        }
    }

    /** Sends; the future completes once the whole answer is there and fails if it does not come. */
    Future<Answer> send(Request request, boolean keepText) {
        String uri = request.query.isEmpty() ? request.path : request.path + '?' + request.query;
        RequestOptions options = new RequestOptions()
                .setMethod(request.method)
                .setHost(endpoint.url().getHost())
                .setPort(endpoint.port())
                .setSsl(endpoint.tls())
                .setURI(uri)
                .setTimeout(TIMEOUT.toMillis());
        return http.request(options).compose(open -> exchange(open, request, keepText));
    }

    private Future<Answer> exchange(HttpClientRequest open, Request request, boolean keepText) {
        String hash = request.payload == Payload.SIGNED ? request.body.sha256() : RequestSigner.UNSIGNED;
        RequestSigner.Signed signed = signer.sign(request.method.name(), request.path, request.query, hash);
        open.putHeader("Host", endpoint.authority());
        open.putHeader("Authorization", signed.authorization());
        open.putHeader("x-amz-date", signed.dateTime());
        open.putHeader("x-amz-content-sha256", signed.contentSha256());
        request.headers.forEach(open::putHeader);
        Promise<Answer> answer = Promise.promise();
        open.response().onComplete(response -> receive(response, keepText, answer), answer::tryFail);
        sendBody(open, request);
        return answer.future();
    }

    private static void sendBody(HttpClientRequest open, Request request) {
        Buffer bytes = request.body.bytes();
        if (request.method.equals(HttpMethod.PUT) || request.method.equals(HttpMethod.POST)) {
            open.putHeader("Content-Length", Integer.toString(bytes.length()));
        }
        if (bytes.length() <= RUN_BYTES) {
            open.end(bytes);
            return;
        }
        new Sending(open, bytes).run();
    }

    /** A body on its way out. */
    private static final class Sending {
        private final HttpClientRequest open;
        private final Buffer bytes;
        private int sent;

        private Sending(HttpClientRequest open, Buffer bytes) {
            this.open = open;
            this.bytes = bytes;
            open.drainHandler(_ -> run());
        }

        private void run() {
            while (sent < bytes.length() && !open.writeQueueFull()) {
                int end = Math.min(sent + RUN_BYTES, bytes.length());
                Buffer run = bytes.slice(sent, end);
                sent = end;
                if (sent == bytes.length()) {
                    open.end(run);
                } else {
                    open.write(run);
                }
            }
        }
    }

    private static void receive(HttpClientResponse response, boolean keepText, Promise<Answer> answer) {
        int status = response.statusCode();
        String etag = Objects.requireNonNullElse(response.getHeader("ETag"), "");
        if (keepText || status >= 300) {
            response.body()
                    .onComplete(
                            body -> answer.tryComplete(new Answer(status, body.length(), etag, body.toString())),
                            answer::tryFail);
            return;
        }
        long[] bytes = {0};
        response.exceptionHandler(answer::tryFail);
        response.handler(run -> bytes[0] += run.length());
        response.endHandler(_ -> answer.tryComplete(new Answer(status, bytes[0], etag, "")));
    }
}
