package dev.skerry.blobapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.blob.SlotId;
import dev.skerry.blob.commit.MetadataStore;
import dev.skerry.blob.event.SequencedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Proxy;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeFeedTest {
    @TempDir
    Path folder;

    private ApiServer server;

    @BeforeEach
    void start() {
        server = new ApiServer(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everythingThatHappenedIsTold() {
        server.createBucket("photos", ApiServer.ANNA);
        put("photos/a");
        put("photos/a");
        server.call("DELETE", "/blobs/photos/a").send().is(204);
        server.call("POST", "/blobs/photos/a?undelete").send().is(200);
        JsonNode page = events("");
        assertThat(types(page))
                .containsExactly(
                        "bucket_created", "object_created", "object_created", "object_deleted", "object_created");
        JsonNode created = page.get("events").get(1);
        assertThat(created.get("path").asText()).isEqualTo("photos/a");
        assertThat(created.get("generation").asLong()).isEqualTo(1);
        assertThat(created.get("size_bytes").asLong()).isEqualTo(8);
        assertThat(created.get("cause").asText()).isEqualTo("put");
        assertThat(created.get("at").asText()).endsWith("Z");
        assertThat(page.get("more").asBoolean()).isFalse();
    }

    @Test
    void pagesOfAnySizeTellEachEventOnceAndAPathsInOrder() {
        server.createBucket("photos", ApiServer.ANNA);
        List<String> written = new ArrayList<>(List.of("bucket_created"));
        for (int round = 1; round <= 3; round++) {
            for (int key = 0; key < 10; key++) {
                put("photos/k" + key);
                written.add("photos/k" + key + "@" + round);
            }
        }
        for (int limit : new int[] {1, 3, 7, 1000}) {
            List<String> told = new ArrayList<>();
            String cursor = "";
            boolean more = true;
            while (more) {
                JsonNode page =
                        events("limit=" + limit + "&prefix=photos/k" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
                told.addAll(labels(page));
                cursor = page.get("cursor").asText();
                more = page.get("more").asBoolean();
            }
            assertThat(told).containsExactlyInAnyOrderElementsOf(written);
            for (int key = 0; key < 10; key++) {
                String path = "photos/k" + key + "@";
                assertThat(told.stream().filter(label -> label.startsWith(path)))
                        .containsExactly(path + 1, path + 2, path + 3);
            }
        }
    }

    @Test
    void aCursorOutlivesTheServer() {
        server.createBucket("photos", ApiServer.ANNA);
        put("photos/a");
        String cursor = events("").get("cursor").asText();
        put("photos/b");
        server.close();
        server = new ApiServer(folder);
        put("photos/c");
        JsonNode page = events("cursor=" + cursor);
        assertThat(labels(page)).containsExactlyInAnyOrder("photos/b@1", "photos/c@1");
        assertThat(labels(events("cursor=" + page.get("cursor").asText()))).isEmpty();
    }

    @Test
    void oneMayBeginNow() {
        server.createBucket("photos", ApiServer.ANNA);
        put("photos/a");
        JsonNode now = events("from=now");
        assertThat(now.get("events")).isEmpty();
        put("photos/b");
        assertThat(labels(events("cursor=" + now.get("cursor").asText()))).containsExactly("photos/b@1");
    }

    @Test
    void aLongPollWaitsForWhatItMaySee() throws Exception {
        server.createBucket("photos", ApiServer.ANNA);
        String cursor = events("").get("cursor").asText();
        CompletableFuture<HttpResponse<String>> poll = server.client()
                .sendAsync(
                        HttpRequest.newBuilder(server.onNativeListener(
                                        "/api/v1/events?wait=20s&prefix=photos/wanted&cursor=" + cursor))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        put("photos/other");
        put("photos/wanted");
        JsonNode page = new ObjectMapper().readTree(poll.get().body());
        assertThat(labels(page)).containsExactly("photos/wanted@1");
        assertThat(events("wait=0&cursor=" + page.get("cursor").asText()).get("events"))
                .isEmpty();
        assertThat(events("wait=1s&cursor=" + page.get("cursor").asText()).get("events"))
                .isEmpty();
    }

    @Test
    void aStreamTellsAndGoesOnWhereItWas() throws Exception {
        server.createBucket("photos", ApiServer.ANNA);
        put("photos/a");
        String id;
        try (Stream stream = open("", "")) {
            assertThat(stream.next().label()).isEqualTo("bucket_created");
            Told first = stream.next();
            assertThat(first.label()).isEqualTo("photos/a@1");
            id = first.id;
            put("photos/b");
            assertThat(stream.next().label()).isEqualTo("photos/b@1");
            assertThat(stream.comment()).isEqualTo(": heartbeat");
        }
        put("photos/c");
        server.close();
        server = new ApiServer(folder);
        try (Stream stream = open("", id)) {
            List<String> told = List.of(stream.next().label(), stream.next().label());
            assertThat(told).containsExactlyInAnyOrder("photos/b@1", "photos/c@1");
        }
    }

    @Test
    void everyIdOfAStreamIsAPlaceToGoOnFrom() throws Exception {
        server.createBucket("photos", ApiServer.ANNA);
        for (int i = 0; i < 8; i++) {
            put("photos/k" + i);
        }
        List<Told> all = new ArrayList<>();
        try (Stream stream = open("?prefix=photos/k", "")) {
            assertThat(stream.next().label()).isEqualTo("bucket_created");
            for (int i = 0; i < 8; i++) {
                all.add(stream.next());
            }
        }
        for (int from = 0; from < 8; from++) {
            List<String> rest = labels(events("prefix=photos/k&cursor=" + all.get(from).id));
            assertThat(rest)
                    .containsExactlyInAnyOrderElementsOf(
                            all.subList(from + 1, 8).stream().map(Told::label).toList());
        }
    }

    @Test
    void aUserHearsOfItsOwnBuckets() {
        server.createBucket("annas", ApiServer.ANNA);
        server.createBucket("boriss", ApiServer.BORIS);
        put("annas/a");
        put("boriss/b");
        JsonNode heard = server.callOnS3Port(ApiServer.BORIS_TOKEN, "GET", "/_/api/v1/events")
                .send()
                .is(200)
                .json();
        assertThat(labels(heard)).containsExactly("bucket_created", "boriss/b@1");
    }

    @Test
    void aBucketsNewOwnerHearsNothingOfTheFormerOnes() {
        newOwnerHearsNothing();
    }

    @Test
    void norWhereAllHappenedInOneMillisecond() {
        server.close();
        server = new ApiServer(folder, InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678Z")));
        newOwnerHearsNothing();
    }

    @Test
    void whatHappensWhileTheOldestIsLookedForIsTold() {
        server.createBucket("photos", ApiServer.ANNA);
        AtomicBoolean first = new AtomicBoolean(true);
        MetadataStore logs = (MetadataStore) Proxy.newProxyInstance(
                MetadataStore.class.getClassLoader(), new Class<?>[] {MetadataStore.class}, (_, method, arguments) -> {
                    Object answer = method.invoke(server.metadata(), arguments);
                    if (method.getName().equals("events") && first.getAndSet(false)) {
                        for (int i = 0; i < 40; i++) {
                            put("photos/" + i);
                        }
                    }
                    return answer;
                });
        ChangeFeed feed = new ChangeFeed(logs, server.catalog(), server.signal());
        assertThat(feed.read(feed.oldest(), 100)).hasSize(41);
    }

    @Test
    void theEventsOfASlotOutOfServiceStayAwayAndThatIsTold() {
        server.createBucket("photos", ApiServer.ANNA);
        for (int i = 0; i < 40; i++) {
            put("photos/" + i);
        }
        Map<SlotId, String> quarantined = new HashMap<>(Map.of(new SlotId(1), "damaged"));
        MetadataStore logs = (MetadataStore) Proxy.newProxyInstance(
                MetadataStore.class.getClassLoader(),
                new Class<?>[] {MetadataStore.class},
                (_, method, arguments) -> method.getName().equals("quarantined")
                        ? Map.copyOf(quarantined)
                        : method.invoke(server.metadata(), arguments));
        ChangeFeed feed = new ChangeFeed(logs, server.catalog(), server.signal());
        FeedCursor cursor = feed.oldest();

        assertThat(feed.outOfService()).containsExactly(1);
        List<SequencedEvent> without = feed.read(cursor, 100);
        assertThat(without).isNotEmpty().noneMatch(event -> event.source() == 1);
        without.forEach(cursor::advance);
        quarantined.clear();
        assertThat(feed.outOfService()).isEmpty();
        assertThat(feed.read(cursor, 100))
                .hasSize(41 - without.size())
                .isNotEmpty()
                .allMatch(event -> event.source() == 1);
    }

    @Test
    void aCursorOfAnotherStoreIsRefused() {
        server.createBucket("photos", ApiServer.ANNA);
        String ahead = FeedCursor.of(new TreeMap<>(Map.of(-1, 9L, 0, 0L, 1, 0L, 2, 0L, 3, 0L)))
                .write();
        server.call("GET", "/api/v1/events?cursor=" + ahead).send().isRefused(410, "cursor_expired");
        for (String bad : List.of("x", "AAAA", "AQ", "%25", ahead + "AA")) {
            server.call("GET", "/api/v1/events?cursor=" + bad).send().isRefused(400, "invalid_cursor");
        }
        server.call("GET", "/api/v1/events?from=then").send().isRefused(400, "invalid_parameter");
        server.call("GET", "/api/v1/events?wait=soon").send().isRefused(400, "invalid_parameter");
    }

    @Test
    void whoMissedEventsIsTold() {
        server.createBucket("photos", ApiServer.ANNA);
        String cursor = events("").get("cursor").asText();
        put("photos/a");
        server.trimEvents();
        server.call("GET", "/api/v1/events?cursor=" + cursor).send().isRefused(410, "cursor_expired");
        put("photos/a");
        server.call("GET", "/api/v1/events?cursor=" + cursor).send().isRefused(410, "cursor_expired");
        JsonNode oldest = events("");
        assertThat(labels(oldest)).containsExactly("bucket_created", "photos/a@2");
        put("photos/a");
        assertThat(labels(events("cursor=" + oldest.get("cursor").asText()))).containsExactly("photos/a@3");
    }

    @Test
    void subscribersAreBounded() throws Exception {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            streams.add(open("", ""));
        }
        var refused = server.call("GET", "/api/v1/events?wait=1").send();
        refused.isRefused(503, "busy");
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        events("");
        for (Stream stream : streams) {
            stream.close();
        }
    }

    private void newOwnerHearsNothing() {
        server.createBucket("shared", ApiServer.ANNA);
        put("shared/secret");
        server.call("DELETE", "/blobs/shared/secret").send().is(204);
        server.deleteBucket("shared");
        server.createBucket("shared", ApiServer.BORIS);
        JsonNode heard = server.callOnS3Port(ApiServer.BORIS_TOKEN, "GET", "/_/api/v1/events")
                .send()
                .is(200)
                .json();
        assertThat(labels(heard)).containsExactly("bucket_created");
    }

    private void put(String path) {
        server.call("PUT", "/blobs/" + path).body("contents").send().is(201);
    }

    private JsonNode events(String query) {
        return server.call("GET", "/api/v1/events?" + query).send().is(200).json();
    }

    private static List<String> types(JsonNode page) {
        return page.get("events").findValuesAsText("type");
    }

    private static List<String> labels(JsonNode page) {
        return StreamSupport.stream(page.get("events").spliterator(), false)
                .map(ChangeFeedTest::label)
                .toList();
    }

    private static String label(JsonNode event) {
        return event.has("path")
                ? event.get("path").asText() + "@" + event.get("generation").asLong()
                : event.get("type").asText();
    }

    private Stream open(String query, String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.onNativeListener("/api/v1/events" + query))
                .header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response =
                server.client().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        return new Stream(new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)));
    }

    private record Told(String id, String label) {}

    private record Stream(BufferedReader lines) implements AutoCloseable {
        /** The next event that carries data. */
        Told next() throws IOException {
            String id = "";
            String line = lines.readLine();
            while (line != null) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    return new Told(id, label(new ObjectMapper().readTree(line.substring(6))));
                }
                line = lines.readLine();
            }
            throw new AssertionError("the stream ended");
        }

        String comment() throws IOException {
            String line = lines.readLine();
            while (line != null && !line.startsWith(":")) {
                line = lines.readLine();
            }
            return String.valueOf(line);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
