package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.http.RequestRecord;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call what; and the calls on nodes and slots. */
class CallerTest {
    @TempDir
    Path folder;

    private ApiServer server;

    @BeforeEach
    void start() {
        server = new ApiServer(folder);
        server.createBucket("photos", ApiServer.ANNA);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theS3PortAsksWhoOneIs() throws Exception {
        HttpResponse<String> refused = server.client()
                .send(
                        HttpRequest.newBuilder(server.onS3Port("/_/api/v1/blobs"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"skerry\"");
        assertThat(refused.body()).contains("\"unauthenticated\"");
        server.callOnS3Port("nonsense", "GET", "/_/api/v1/blobs").send().isRefused(401, "unauthenticated");
        server.callOnS3Port(ApiServer.ROOT_TOKEN, "GET", "/_/api/v1/blobs")
                .send()
                .is(200);
    }

    @Test
    void aListenerThatIsNotOpenAsksToo() {
        server.close();
        server = new ApiServer(folder, BlobApi.Settings.DEFAULT);
        server.call("GET", "/blobs").send().isRefused(401, "unauthenticated");
        server.call("GET", "/blobs")
                .header("Authorization", "Bearer " + ApiServer.ANNA_TOKEN)
                .send()
                .is(200);
        server.call("GET", "/openapi/native.yaml").send().is(200);
    }

    @Test
    void anOpenListenerStillKnowsTokens() {
        server.call("PUT", "/blobs/photos/x")
                .header("Authorization", "bearer " + ApiServer.BORIS_TOKEN)
                .body("x")
                .send()
                .isRefused(403, "access_denied");
        server.call("PUT", "/blobs/photos/x")
                .header("Authorization", "Bearer wrong")
                .body("x")
                .send()
                .isRefused(401, "unauthenticated");
    }

    @Test
    void anOpenListenerAnswersNoWebPage() {
        server.call("GET", "/blobs")
                .header("Origin", "https://elsewhere.example")
                .send()
                .isRefused(403, "access_denied");
    }

    @Test
    void aUserUsesItsOwnBuckets() {
        server.callOnS3Port(ApiServer.ANNA_TOKEN, "PUT", "/_/api/v1/blobs/photos/x")
                .body("x")
                .send()
                .is(201);
        for (String method : new String[] {"PUT", "GET", "DELETE"}) {
            server.callOnS3Port(ApiServer.BORIS_TOKEN, method, "/_/api/v1/blobs/photos/x")
                    .send()
                    .isRefused(403, "access_denied");
        }
        server.callOnS3Port(ApiServer.BORIS_TOKEN, "POST", "/_/api/v1/blobs/photos/x?undelete")
                .send()
                .isRefused(403, "access_denied");
        server.callOnS3Port(ApiServer.BORIS_TOKEN, "GET", "/_/api/v1/slots/resolve?path=photos/x")
                .send()
                .isRefused(403, "access_denied");
        server.callOnS3Port(ApiServer.ANNA_TOKEN, "GET", "/_/api/v1/slots/0")
                .send()
                .isRefused(403, "access_denied");
    }

    @Test
    void nodesAndSlotsAreToldOf() {
        for (String root : new String[] {"/health", "/api/v1/healthz"}) {
            JsonNode health = server.call("GET", root).send().is(200).json();
            assertThat(health.get("status").asText()).isEqualTo("ok");
            assertThat(health.get("node_id").asText()).isEqualTo("node-1");
            assertThat(health.get("group_id").asText()).isEqualTo("cluster-1");
        }
        JsonNode nodes = server.call("GET", "/nodes").send().is(200).json();
        assertThat(nodes).hasSize(1);
        assertThat(nodes.get(0).get("address").asText()).isEqualTo("127.0.0.1:9000");

        JsonNode written = server.call("PUT", "/blobs/photos/x")
                .body("12345")
                .send()
                .is(201)
                .json();
        JsonNode resolved = server.call("GET", "/api/v1/slots/resolve?path=photos/x")
                .send()
                .is(200)
                .json();
        assertThat(resolved.get("slot_id")).isEqualTo(written.get("slot_id"));
        assertThat(resolved.get("write_quorum").asInt()).isEqualTo(1);
        assertThat(resolved.get("replicas").get(0).asText()).isEqualTo("node-1");
        JsonNode slot = server.call("GET", "/slots/" + resolved.get("slot_id").asInt())
                .send()
                .is(200)
                .json();
        assertThat(slot.get("live_blobs").asLong()).isEqualTo(1);
        assertThat(slot.get("live_bytes").asLong()).isEqualTo(5);
        assertThat(slot.get("primary").asText()).isEqualTo("node-1");
        assertThat(slot.get("epoch").asLong()).isEqualTo(1);
        assertThat(slot.get("max_blob_id")).isEqualTo(written.get("blob_id"));
        server.call("GET", "/slots/4").send().isRefused(404, "no_such_slot");
        server.call("GET", "/slots/x").send().isRefused(404, "no_such_slot");
        server.call("GET", "/api/v1/slots/resolve").send().isRefused(400, "invalid_parameter");
    }

    @Test
    void everyCallIsRecorded() throws InterruptedException {
        server.call("GET", "/blobs/photos/none").send().isRefused(404, "no_such_blob");
        RequestRecord record = server.record();
        assertThat(record.surface()).isEqualTo("native");
        assertThat(record.operation()).isEqualTo("GetBlob");
        assertThat(record.status()).isEqualTo(404);
        assertThat(record.errorCode()).isEqualTo("no_such_blob");
        assertThat(record.identity()).isEqualTo("root");
    }

    @Test
    void anEmptyTokenIsNone() {
        assertThatThrownBy(() -> new Tokens(Map.of("", ApiServer.ROOT))).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Tokens(Map.of()).identify("")).isEmpty();
    }
}
