package dev.skerry.s3.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.blob.catalog.Bucket.ConfigurationKind;
import dev.skerry.blob.store.BlobBody;
import dev.skerry.http.RequestRecord;
import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import dev.skerry.s3.http.RawClient.Answer;
import dev.skerry.s3.xml.XmlElement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A real listener and raw sockets: what connections see when things go right, and when they do not. */
class S3EndpointTest {
    private static final int RUN = FakeReader.RUN_BYTES;

    private static long drain(BlobBody body) {
        long length = 0;
        for (ByteBuffer bytes = body.next(); bytes != null; bytes = body.next()) {
            length += bytes.remaining();
        }
        return length;
    }

    private static S3Handler refusing(S3ErrorCode code) {
        return _ -> {
            throw new S3Exception(code);
        };
    }

    private static final S3Handler COUNTING =
            request -> new S3Response.Empty(200, Map.of("x-count", Long.toString(drain(request.body()))));

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(3, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void errorsAreDocumentsAndTheConnectionGoesOn() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.GET_OBJECT, refusing(S3ErrorCode.NO_SUCH_KEY)));
                RawClient client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                Answer answer = client.ask("GET", "/bucket/a//b?versionId=1");
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.headers())
                        .containsEntry("content-type", "application/xml")
                        .containsEntry("server", "Skerry")
                        .containsEntry("date", "Fri, 02 Jan 2026 03:04:05 GMT")
                        .containsEntry("x-amz-id-2", "host-id")
                        .containsKey("x-amz-request-id");
                assertThat(answer.text())
                        .contains("<Code>NoSuchKey</Code>")
                        .contains("<Resource>/bucket/a//b</Resource>")
                        .contains("<RequestId>" + answer.headers().get("x-amz-request-id") + "</RequestId>");
                RequestRecord record = server.record();
                assertThat(record.operation()).isEqualTo("GetObject");
                assertThat(record.errorCode()).isEqualTo("NoSuchKey");
                assertThat(record.status()).isEqualTo(404);
            }
        }
    }

    @Test
    void aRefusedSmallBodyIsReadSoThatTheConnectionGoesOn() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.PUT_OBJECT,
                        refusing(S3ErrorCode.INVALID_REQUEST),
                        S3Operation.UPLOAD_PART,
                        COUNTING));
                RawClient client = server.connect()) {
            client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
            Answer refused = client.read(false);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.headers()).doesNotContainEntry("connection", "close");
            client.send(new byte[100_000]);
            client.send(
                    "PUT /bucket/key?uploadId=u&partNumber=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.read(false).headers()).containsEntry("x-count", "5");
        }
    }

    @Test
    void aRefusedLargeBodyEndsTheConnectionAfterTheAnswer() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, refusing(S3ErrorCode.INVALID_REQUEST)));
                RawClient client = server.connect()) {
            client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
            Answer refused = client.read(false);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.headers()).containsEntry("connection", "close");
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aBodyIsAskedForOnlyWhenItIsWanted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.PUT_OBJECT,
                        refusing(S3ErrorCode.ACCESS_DENIED),
                        S3Operation.UPLOAD_PART,
                        COUNTING));
                RawClient refused = server.connect();
                RawClient empty = server.connect();
                RawClient taken = server.connect()) {
            String rest = " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
            refused.send("PUT /bucket/key" + rest);
            Answer answer = refused.read(false);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.headers()).containsEntry("connection", "close");
            empty.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
            assertThat(empty.read(false).headers()).containsEntry("connection", "close");
            taken.send("PUT /bucket/key?uploadId=u&partNumber=1" + rest);
            assertThat(taken.read(false).status()).isEqualTo(100);
            taken.send("hello");
            assertThat(taken.read(false).headers()).containsEntry("x-count", "5");
            asked.countDown();
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.PUT_OBJECT, COUNTING, S3Operation.GET_OBJECT, refusing(S3ErrorCode.NO_SUCH_KEY)));
                RawClient client = server.connect()) {
            client.send("PUT /bucket/a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                    + "GET /bucket/b HTTP/1.1\r\nHost: h\r\n\r\n"
                    + "PUT /bucket/c HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd");
            assertThat(client.read(false).headers()).containsEntry("x-count", "3");
            assertThat(client.read(false).status()).isEqualTo(404);
            assertThat(client.read(false).headers()).containsEntry("x-count", "4");
        }
    }

    @Test
    void aChunkedBodyNeedsNoLength() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, COUNTING));
                RawClient client = server.connect()) {
            client.send(String.join(
                    "\r\n",
                    "PUT /bucket/key HTTP/1.1",
                    "Host: h",
                    "Transfer-Encoding: chunked",
                    "",
                    "5",
                    "hello",
                    "0",
                    "",
                    ""));
            assertThat(client.read(false).headers()).containsEntry("x-count", "5");
            assertThat(client.ask("PUT", "/bucket/key").status()).isEqualTo(411);
        }
    }

    @Test
    void whatIsNoHttpIsRefused() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, COUNTING))) {
            for (String length : new String[] {"-1", "x", "5, 6"}) {
                try (RawClient client = server.connect()) {
                    client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
                    assertThat(client.read(false).status()).isEqualTo(400);
                }
            }
            try (RawClient client = server.connect()) {
                client.send("nonsense\r\n\r\n");
                assertThat(client.read(false).status()).isEqualTo(400);
            }
        }
    }

    @Test
    void aHeadHasTheLengthAndNoBody() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.HEAD_OBJECT,
                        _ -> new S3Response.Empty(200, Map.of("Content-Length", "12345")),
                        S3Operation.HEAD_BUCKET,
                        refusing(S3ErrorCode.ACCESS_DENIED)));
                RawClient client = server.connect()) {
            Answer object = client.ask("HEAD", "/bucket/key");
            assertThat(object.headers()).containsEntry("content-length", "12345");
            Answer bucket = client.ask("HEAD", "/bucket");
            assertThat(bucket.status()).isEqualTo(403);
            assertThat(client.ask("HEAD", "/missing").status()).isEqualTo(404);
        }
    }

    @Test
    void aBlobStreams() throws Exception {
        FakeReader reader = new FakeReader(20, -1);
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.GET_OBJECT,
                        _ -> new S3Response.Stream(200, Map.of("ETag", "\"e\""), reader, 20L * RUN)));
                RawClient client = server.connect()) {
            Answer answer = client.ask("GET", "/bucket/key");
            assertThat(answer.body()).hasSize(20 * RUN);
            assertThat(answer.headers()).containsEntry("etag", "\"e\"");
            assertThat(server.record().bytesOut()).isEqualTo(20L * RUN);
            await(reader.closed);
        }
    }

    @Test
    void damageFoundAtOnceIsAnError() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.GET_OBJECT,
                        _ -> new S3Response.Stream(200, Map.of("ETag", "\"e\""), new FakeReader(20, 0), 20L * RUN)));
                RawClient client = server.connect()) {
            Answer answer = client.ask("GET", "/bucket/key");
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.headers()).doesNotContainKey("etag");
            assertThat(answer.text()).contains("InternalError").doesNotContain("damage");
        }
    }

    @Test
    void damageFoundLaterCutsTheConnection() throws Exception {
        FakeReader reader = new FakeReader(20, 10);
        try (TestServer server = new TestServer(
                        Map.of(S3Operation.GET_OBJECT, _ -> new S3Response.Stream(200, Map.of(), reader, 20L * RUN)));
                RawClient client = server.connect()) {
            assertThatThrownBy(() -> client.ask("GET", "/bucket/key")).isInstanceOf(IOException.class);
            assertThat(server.record().errorCode()).isEqualTo("InternalError");
            await(reader.closed);
        }
    }

    @Test
    void aReaderThatGivesTooLittleCutsTheConnection() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.GET_OBJECT,
                        _ -> new S3Response.Stream(200, Map.of(), new FakeReader(3, -1), 4L * RUN)));
                RawClient client = server.connect()) {
            assertThatThrownBy(() -> client.ask("GET", "/bucket/key")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aReaderThatIsNotReadIsNotFilled() throws Exception {
        FakeReader reader = new FakeReader(100_000, -1);
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.GET_OBJECT, _ -> new S3Response.Stream(200, Map.of(), reader, 100_000L * RUN)));
                RawClient client = server.connect()) {
            client.send("GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n");
            // Nobody reads: the idle timeout ends it, and what was read ahead fits into the buffers of the connection.
            assertThat(server.record().operation()).isEqualTo("GetObject");
            await(reader.closed);
            assertThat(reader.runsGiven).hasValueLessThan(2000);
        }
    }

    @Test
    void aClientThatVanishesMidBodyFailsTheWrite() throws Exception {
        BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, request -> {
            try {
                drain(request.body());
                return S3Response.ok();
            } catch (RuntimeException failure) {
                failures.add(failure);
                throw failure;
            }
        }))) {
            try (RawClient client = server.connect()) {
                client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhello");
                client.reset();
            }
            RequestRecord record = server.record();
            assertThat(record.status()).isEqualTo(RequestRecord.CLIENT_GONE);
            assertThat(failures.poll(3, TimeUnit.MINUTES)).hasMessageContaining("expected: 100");
        }
    }

    @Test
    void aClientThatSendsNothingMoreIsTimedOut() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, COUNTING));
                RawClient client = server.connect()) {
            client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhello");
            Answer answer = client.read(false);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("<Code>RequestTimeout</Code>");
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aClientThatSendsTooLittleIsTimedOutThoughItIsNeverSilent() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, COUNTING));
                RawClient client = server.connect()) {
            client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
            int sent = 0;
            while (!client.hears(100) && sent < 200) {
                client.send("x");
                sent++;
            }
            Answer answer = client.read(false);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("<Code>RequestTimeout</Code>");
            assertThat(server.record().bytesIn()).isLessThan(100);
        }
    }

    @Test
    void aRequestThatEndsInAnErrorOfTheJvmLeavesNobodyWaiting() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.GET_OBJECT, _ -> {
                    throw new LinkageError("a class is missing");
                }));
                RawClient client = server.connect()) {
            client.send("GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.closedByServer()).isTrue();
            assertThat(server.record().status()).isEqualTo(RequestRecord.CLIENT_GONE);
        }
    }

    @Test
    void aBodyThatIsNotTakenIsNotBuffered() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        try (TestServer server = new TestServer(Map.of(S3Operation.PUT_OBJECT, request -> {
                    BlobBody body = request.body();
                    body.next();
                    awaitQuietly(begin);
                    return new S3Response.Empty(200, Map.of("x-count", "more than " + (drain(body) > 0)));
                }));
                RawClient client = server.connect()) {
            int length = 64 * 1024 * 1024;
            client.send("PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
            CountDownLatch sent = new CountDownLatch(1);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 64; i++) {
                        client.send(new byte[1024 * 1024]);
                    }
                    sent.countDown();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            // The sender is held back by the connection, because nobody takes the body.
            assertThat(sent.await(500, TimeUnit.MILLISECONDS)).isFalse();
            begin.countDown();
            assertThat(client.read(false).headers()).containsEntry("x-count", "more than true");
            sender.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void tooManyRequestsAreToldToSlowDown() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (TestServer server = new TestServer(
                        Map.of(S3Operation.GET_OBJECT, _ -> {
                            running.countDown();
                            awaitQuietly(release);
                            return S3Response.ok();
                        }),
                        1,
                        0);
                RawClient first = server.connect();
                RawClient second = server.connect()) {
            first.send("GET /bucket/key HTTP/1.1\r\nHost: h\r\n\r\n");
            await(running);
            Answer busy = second.ask("GET", "/bucket/key");
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.headers()).containsKey("retry-after");
            assertThat(busy.text()).contains("<Code>SlowDown</Code>");
            release.countDown();
            assertThat(first.read(false).status()).isEqualTo(200);
        }
    }

    @Test
    void aSlowDocumentKeepsTheConnectionAlive() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.COMPLETE_MULTIPART_UPLOAD,
                        _ -> new S3Response.SlowXml(Map.of(), () -> {
                            awaitQuietly(release);
                            return new XmlElement("Result").add("Key", "k");
                        }),
                        S3Operation.COPY_OBJECT,
                        _ -> new S3Response.SlowXml(Map.of(), () -> {
                            awaitQuietly(release);
                            throw new S3Exception(S3ErrorCode.INVALID_PART);
                        })));
                RawClient client = server.connect();
                RawClient failing = server.connect()) {
            client.send("POST /bucket/key?uploadId=u HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            failing.send(
                    "PUT /bucket/key HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nx-amz-copy-source: bucket/k\r\n\r\n");
            // The first byte of an answer that is not there yet.
            assertThat(client.input().read()).isEqualTo('H');
            assertThat(failing.input().read()).isEqualTo('H');
            release.countDown();
            Answer answer = client.read(false);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).startsWith("<?xml").contains("<Key>k</Key></Result>");
            assertThat(failing.read(false).text()).contains("<Code>InvalidPart</Code>");
        }
    }

    @Test
    void aFastDocumentOfTheSlowKindHasItsOwnStatus() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.COMPLETE_MULTIPART_UPLOAD,
                        _ -> new S3Response.SlowXml(Map.of(), () -> {
                            throw new S3Exception(S3ErrorCode.INVALID_PART);
                        })));
                RawClient client = server.connect()) {
            assertThat(client.ask("POST", "/bucket/key?uploadId=u").status()).isEqualTo(400);
        }
    }

    @Test
    void whatHasNoHandlerIsNotImplemented() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.GET_OBJECT, COUNTING));
                RawClient client = server.connect()) {
            // whoever may list the bucket may know that nothing is there
            assertThat(client.ask("GET", "/bucket/key?torrent").status()).isEqualTo(404);
            assertThat(client.ask("GET", "/bucket/key?acl&tagging").status()).isEqualTo(501);
            assertThat(client.ask("DELETE", "/bucket/key").status()).isEqualTo(501);
            assertThat(client.ask("PATCH", "/bucket/key").status()).isEqualTo(405);
            assertThat(client.ask("GET", "/missing/key").text()).contains("<BucketName>missing</BucketName>");
            assertThat(client.ask("GET", "/bucket/%zz").text()).contains("<Code>InvalidURI</Code>");
            assertThat(client.ask("GET", "/bucket/key?a=%zz").text()).contains("<Code>InvalidURI</Code>");
        }
    }

    @Test
    void keysAndHostsArriveAsSent() throws Exception {
        BlockingQueue<String> keys = new LinkedBlockingQueue<>();
        try (TestServer server = new TestServer(Map.of(S3Operation.GET_OBJECT, request -> {
                    keys.add(request.path().toString());
                    return S3Response.ok();
                }));
                RawClient client = server.connect()) {
            client.ask("GET", "/bucket/../a//b/?x-id=GetObject");
            assertThat(keys.poll()).isEqualTo("bucket/../a//b/");
            client.send("GET //a HTTP/1.1\r\nHost: bucket.s3.example.com:80\r\n\r\n");
            client.read(false);
            assertThat(keys.poll()).isEqualTo("bucket//a");
            Answer tooLong = client.ask("GET", "/bucket/" + "k".repeat(1025));
            assertThat(tooLong.text()).contains("<Code>KeyTooLongError</Code>").contains("<Size>1025</Size>");
        }
    }

    @Test
    void pagesOfOtherOriginsAreAnsweredByTheBucketsRules() throws Exception {
        try (TestServer server = new TestServer(Map.of(S3Operation.GET_OBJECT, refusing(S3ErrorCode.NO_SUCH_KEY)));
                RawClient client = server.connect()) {
            String[] preflight = {"Origin: http://a.example", "Access-Control-Request-Method: GET"};
            assertThat(client.ask("OPTIONS", "/bucket/key", preflight).status()).isEqualTo(403);
            server.buckets.put("bucket", TestServer.bucket(Map.of(ConfigurationKind.CORS, """
                    <CORSConfiguration><CORSRule><AllowedOrigin>http://*.example</AllowedOrigin>\
                    <AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>""")));
            Answer allowed = client.ask("OPTIONS", "/bucket/key", preflight);
            assertThat(allowed.status()).isEqualTo(200);
            assertThat(allowed.headers()).containsEntry("access-control-allow-origin", "http://a.example");
            assertThat(client.ask("GET", "/bucket/key", "Origin: http://a.example")
                            .headers())
                    .containsEntry("access-control-allow-origin", "http://a.example");
            assertThat(client.ask("GET", "/bucket/key", "Origin: http://b.org").headers())
                    .doesNotContainKey("access-control-allow-origin");
            assertThat(client.ask("OPTIONS", "/bucket/key").status()).isEqualTo(400);
            assertThat(client.ask("OPTIONS", "/missing/key", preflight).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void headerBytesBeyondAsciiComeBackAsTheyWere() throws Exception {
        try (TestServer server = new TestServer(Map.of(
                        S3Operation.GET_OBJECT,
                        request -> new S3Response.Empty(
                                200,
                                Map.of(
                                        "x-amz-meta-a",
                                        request.header("x-amz-meta-a").orElse("")))));
                RawClient client = server.connect()) {
            assertThat(client.ask("GET", "/bucket/key", "x-amz-meta-a: \u00e9\u00c3\u00a9")
                            .headers())
                    .containsEntry("x-amz-meta-a", "\u00e9\u00c3\u00a9");
        }
    }
}
