package dev.skerry.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import dev.skerry.compat.wire.WireResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Of many that ask for the same state at once, one finds it. */
@ExtendWith(WithServer.class)
class ConditionalRacesTest {
    private static final int ROUNDS = 20;
    private static final int CLIENTS = 8;

    private SkerryServer server;
    private String bucket;

    @BeforeEach
    void setUp(SkerryServer shared) {
        server = shared;
        try (var client = Sdk.sync(server)) {
            bucket = Sdk.bucket(client);
        }
    }

    private WireRequest object(String method, String key) {
        return WireRequest.object(method, server.s3(), bucket, key);
    }

    private WireResponse send(WireRequest request) throws IOException {
        return Wire.exchange(server.s3(), request.sign());
    }

    private static List<WireResponse> atOnce(List<Callable<WireResponse>> requests) throws Exception {
        List<WireResponse> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<WireResponse> answer : threads.invokeAll(requests)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }

    @Test
    void oneOfManyDeletesTheObjectItSaw() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String etag = send(object("PUT", "k").body("round " + round))
                    .header("etag")
                    .orElseThrow();
            List<Callable<WireResponse>> deletions = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                deletions.add(
                        i % 4 == 0
                                ? () -> deleteAmongMany(etag)
                                : () -> send(object("DELETE", "k").header("if-match", etag)));
            }
            List<WireResponse> answers = atOnce(deletions);
            assertThat(answers)
                    .as("round %d", round)
                    .filteredOn(
                            answer -> answer.status() == 204 || answer.text().contains("<Deleted>"))
                    .hasSize(1);
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 204, 404, 409, 412));
        }
    }

    private WireResponse deleteAmongMany(String etag) throws IOException {
        byte[] body = Bytes.utf8(
                "<Delete><Object><Key>k</Key><ETag>" + etag.replace("\"", "&quot;") + "</ETag></Object></Delete>");
        return send(WireRequest.of("POST", server.s3(), "/" + bucket)
                .query("delete", "")
                .header("content-md5", Bytes.base64("MD5", body))
                .body(body));
    }

    @Test
    void oneOfManyCreatesTheObjectThatIsNotThere() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String key = "k" + round;
            List<Callable<WireResponse>> writes = new ArrayList<>();
            List<String> contents = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String content = "client " + i;
                contents.add(content);
                writes.add(
                        switch (i % 3) {
                            case 0 ->
                                () -> send(object("PUT", key)
                                        .header("if-none-match", "*")
                                        .body(content));
                            case 1 -> copy(key, content);
                            default -> complete(key, content);
                        });
            }
            List<WireResponse> answers = atOnce(writes);
            List<String> winners = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(answers.get(i).status()).as("%s", answers.get(i)).isIn(200, 409, 412);
                if (answers.get(i).status() == 200) {
                    winners.add(contents.get(i));
                }
            }
            assertThat(winners).as("round %d", round).hasSize(1);
            assertThat(send(object("GET", key)).text()).isEqualTo(winners.getFirst());
        }
    }

    private Callable<WireResponse> copy(String key, String content) throws IOException {
        assertThat(send(object("PUT", content).body(content)).status()).isEqualTo(200);
        return () -> send(object("PUT", key)
                .header("x-amz-copy-source", "/" + bucket + "/" + content.replace(" ", "%20"))
                .header("if-none-match", "*"));
    }

    private Callable<WireResponse> complete(String key, String content) throws IOException {
        String upload = send(object("POST", key).query("uploads", "")).element("UploadId");
        String etag = send(object("PUT", key)
                        .query("partNumber", "1")
                        .query("uploadId", upload)
                        .body(content))
                .header("etag")
                .orElseThrow();
        return () -> send(object("POST", key)
                .query("uploadId", upload)
                .header("if-none-match", "*")
                .body("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag.replace("\"", "")
                        + "</ETag></Part></CompleteMultipartUpload>"));
    }
}
