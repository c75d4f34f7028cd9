package dev.skerry.s3.http;

import dev.skerry.blob.store.BlobReader;
import dev.skerry.http.ConnectionLostException;
import dev.skerry.http.Exchange;
import dev.skerry.http.HttpDates;
import dev.skerry.http.ResponseWriter;
import dev.skerry.s3.error.S3Errors;
import dev.skerry.s3.error.S3Errors.S3Error;
import dev.skerry.s3.xml.XmlElement;
import dev.skerry.s3.xml.XmlWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Puts responses and errors on the wire, with the headers every answer of S3 carries. */
final class Answers {
    private static final Logger log = LoggerFactory.getLogger(Answers.class);
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String XML = "application/xml";

    private final S3Settings settings;
    private final ThreadFactory threads;

    Answers(S3Settings settings, ThreadFactory threads) {
        this.settings = settings;
        this.threads = threads;
    }

    /** Sends a response; an error that is found before its head is sent is thrown, one after it cuts the connection. */
    void send(Exchange exchange, S3Response response, Map<String, String> extraHeaders, String requesterId) {
        Map<String, String> headers = common(exchange, extraHeaders);
        headers.putAll(response.headers());
        switch (response) {
            case S3Response.Empty empty -> sendEmpty(exchange.response(), empty, headers);
            case S3Response.Xml(int status, var _, XmlElement body) ->
                sendXml(exchange.response(), status, headers, XmlWriter.write(body, XmlWriter.S3_NAMESPACE));
            case S3Response.PlainXml(int status, var _, XmlElement body) ->
                sendXml(exchange.response(), status, headers, XmlWriter.write(body, null));
            case S3Response.Json(int status, var _, String body) -> {
                headers.putIfAbsent(CONTENT_TYPE, "application/json");
                exchange.response().send(status, headers, body.getBytes(StandardCharsets.UTF_8));
            }
            case S3Response.Stream stream -> sendStream(exchange, stream, headers);
            case S3Response.SlowXml slow -> sendSlow(exchange, slow, headers, requesterId);
        }
    }

    /** Sends an error; where the head of another answer is out already, cuts the connection. */
    void sendError(Exchange exchange, S3Error error, Map<String, String> extraHeaders) {
        exchange.errorCode(error.code().wireName());
        if (exchange.response().headSent()) {
            exchange.response().abort();
            return;
        }
        Map<String, String> headers = common(exchange, extraHeaders);
        headers.putAll(error.headers());
        sendXml(exchange.response(), error.code().status(), headers, XmlWriter.write(document(exchange, error), null));
    }

    /** Sends an error as a website's page; where the head of another answer is out already, cuts the connection. */
    void sendPage(Exchange exchange, S3Error error, ErrorPage page, Map<String, String> extraHeaders) {
        exchange.errorCode(error.code().wireName());
        if (exchange.response().headSent()) {
            exchange.response().abort();
            return;
        }
        Map<String, String> headers = common(exchange, extraHeaders);
        headers.putAll(error.headers());
        headers.put(CONTENT_TYPE, "text/html; charset=utf-8");
        headers.put("x-amz-error-code", error.code().wireName());
        headers.put("x-amz-error-message", printable(error.message()));
        error.fields().forEach((name, value) -> headers.put("x-amz-error-detail-" + name, printable(value)));
        byte[] html = page.html(exchange.requestId(), settings.hostId()).getBytes(StandardCharsets.UTF_8);
        exchange.response().send(error.code().status(), headers, html);
    }

    /** Text as a header may carry it. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Sends an error from the event loop, where nothing may wait. */
    void sendErrorNow(Exchange exchange, S3Error error) {
        exchange.errorCode(error.code().wireName());
        Map<String, String> headers = common(exchange, Map.of());
        headers.putAll(error.headers());
        headers.put(CONTENT_TYPE, XML);
        String text = XmlWriter.DECLARATION + XmlWriter.writeRoot(document(exchange, error), null);
        exchange.response().sendNow(error.code().status(), headers, text);
    }

    private Map<String, String> common(Exchange exchange, Map<String, String> extraHeaders) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-amz-id-2", settings.hostId());
        headers.put("x-amz-request-id", exchange.requestId());
        headers.put("Date", HttpDates.format(exchange.clock().instant()));
        headers.put("Server", "Skerry");
        headers.putAll(extraHeaders);
        return headers;
    }

    private XmlElement document(Exchange exchange, S3Error error) {
        XmlElement root =
                new XmlElement("Error").add("Code", error.code().wireName()).add("Message", error.message());
        error.fields().forEach(root::add);
        String resource = exchange.rawPath();
        return root.add("Resource", resource)
                .add("RequestId", exchange.requestId())
                .add("HostId", settings.hostId());
    }

    private static void sendXml(ResponseWriter writer, int status, Map<String, String> headers, byte[] document) {
        headers.putIfAbsent(CONTENT_TYPE, XML);
        writer.send(status, headers, document);
    }

    /** A HEAD says how long the body of a GET would be, so its length may stand without bytes. */
    private static void sendEmpty(ResponseWriter writer, S3Response.Empty empty, Map<String, String> headers) {
        @Nullable String length = null;
        for (String name : empty.headers().keySet()) {
            if (name.equalsIgnoreCase("Content-Length")) {
                length = headers.remove(name);
            }
        }
        boolean lengthSays = writer.isHead() && length != null;
        writer.head(empty.status(), headers, OptionalLong.of(lengthSays ? Long.parseLong(length) : 0));
        writer.end();
    }

    private static void sendStream(Exchange exchange, S3Response.Stream stream, Map<String, String> headers) {
        headers.remove("Content-Length");
        try (BlobReader reader = stream.reader()) {
            exchange.response().stream(stream.status(), headers, stream.lengthBytes(), reader::next);
        }
    }

    /**
     * Waits for a document on a thread of its own; when that takes long, begins to answer with white space. What the
     * document's work has begun is never interrupted: a client that goes away does not undo it.
     */
    private void sendSlow(Exchange exchange, S3Response.SlowXml slow, Map<String, String> headers, String requesterId) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        FutureTask<XmlElement> work = new FutureTask<>(() -> {
            if (context != null) {
                MDC.setContextMap(context);
            }
            return slow.work().run();
        });
        threads.newThread(work).start();
        KeepAlive keepAlive = new KeepAlive(exchange.response(), headers);
        try {
            XmlElement document = await(work, keepAlive);
            if (!keepAlive.begun) {
                sendXml(exchange.response(), slow.status(), headers, XmlWriter.write(document, XmlWriter.S3_NAMESPACE));
                return;
            }
            keepAlive.finish(XmlWriter.writeRoot(document, XmlWriter.S3_NAMESPACE));
        } catch (ExecutionException failed) {
            RuntimeException failure = cause(failed);
            if (!keepAlive.begun) {
                throw failure;
            }
            S3Error error = S3Errors.of(failure, requesterId, settings.compatibility());
            if (error.code().status() >= 500) {
                log.error("a slow answer failed after its head was sent", failure);
            }
            exchange.errorCode(error.code().wireName());
            keepAlive.finish(XmlWriter.writeRoot(document(exchange, error), null));
        }
    }

    private XmlElement await(FutureTask<XmlElement> work, KeepAlive keepAlive) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get(settings.slowAnswerAfter().toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException _) {
                    keepAlive.tick();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException cause(ExecutionException failed) {
        return failed.getCause() instanceof RuntimeException runtime
                ? runtime
                : new IllegalStateException("a slow answer failed", failed.getCause());
    }

    /** The white space before a document that is not there yet. Used by the request's thread. */
    private static final class KeepAlive {
        private final ResponseWriter writer;
        private final Map<String, String> headers;
        private boolean begun;
        private @Nullable ConnectionLostException lost;

        KeepAlive(ResponseWriter writer, Map<String, String> headers) {
            this.writer = writer;
            this.headers = headers;
        }

        void tick() {
            if (!begun) {
                begun = true;
                headers.putIfAbsent(CONTENT_TYPE, XML);
                writer.head(200, headers, OptionalLong.empty());
                write(XmlWriter.DECLARATION);
            } else {
                write(" ");
            }
        }

        void finish(String document) {
            write(document);
            if (lost != null) {
                throw lost;
            }
            writer.end();
        }

        /** A client that is gone stops the white space, not the wait. */
        private void write(String text) {
            if (lost != null) {
                return;
            }
            try {
                writer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            } catch (ConnectionLostException gone) {
                lost = gone;
            }
        }
    }
}
