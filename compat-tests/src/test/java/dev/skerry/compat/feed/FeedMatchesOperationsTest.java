package dev.skerry.compat.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireClient;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** The change feed tells what was done through S3: all of it, once, in order, and also after the server was killed. */
@ExtendWith(WithServer.class)
class FeedMatchesOperationsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void everyOperationIsOneEvent(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server().start();
        List<String> done = new ArrayList<>();
        try (Subscriber subscriber = new Subscriber(server.nativeApi()).start();
                S3Client client = Sdk.sync(server)) {
            operate(client, "plain", done);
            Eventually.holds(
                    SOON, () -> assertThat(labels(subscriber.events())).containsExactlyInAnyOrderElementsOf(done));
            server.kill();
        }
        server.start();
        try (Subscriber again = new Subscriber(server.nativeApi()).start()) {
            Eventually.holds(SOON, () -> assertThat(labels(again.events())).containsExactlyInAnyOrderElementsOf(done));
            assertInOrder(again.events(), done);
        }
        assertThat(labels(pages(server, 3))).as("the same in pages").containsExactlyInAnyOrderElementsOf(done);
    }

    @Test
    void aSubscriberMissesNothingOverKillsOfTheServer(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server().start();
        Set<String> acknowledged = Collections.synchronizedSet(new HashSet<>());
        try (S3Client client = Sdk.sync(server)) {
            client.createBucket(b -> b.bucket("busy"));
        }
        int kills = 4;
        try (Subscriber subscriber = new Subscriber(server.nativeApi()).start()) {
            for (int round = 0; round <= kills; round++) {
                int streams = round + 1;
                write(server, round, acknowledged, round < kills ? () -> subscriber.connections() >= streams : null);
                if (round < kills) {
                    server.start();
                }
            }
            List<JsonNode> all = pages(server, 1000);
            Eventually.holds(SOON, () -> assertThat(subscriber.events()).hasSameSizeAs(all));

            assertThat(subscriber.connections()).isGreaterThan(kills);
            assertThat(positions(subscriber.events()))
                    .as("the stream over all kills is the log as it is read at the end")
                    .containsExactlyInAnyOrderElementsOf(positions(all));
            assertGapless(subscriber.events());
            assertThat(labels(subscriber.events())).doesNotHaveDuplicates().containsAll(acknowledged);
            assertThat(acknowledged).hasSizeGreaterThan(kills * 10);
            assertThat(created(subscriber.events()))
                    .as("what was told is what is there, also of requests that were never answered")
                    .isEqualTo(generations(server));
        }
    }

    /**
     * Writes keys that are written by nobody else, each several times, until all are there, or much is and the server
     * is killed.
     *
     * @param mayBeKilled whether the server may be killed by now; null where it is not
     */
    private static void write(
            SkerryServer server, int round, Set<String> acknowledged, @Nullable BooleanSupplier mayBeKilled)
            throws Exception {
        boolean kill = mayBeKilled != null;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int w = 0; w < 6; w++) {
                String key = "round " + round + "/key " + w;
                writers.add(threads.submit(() -> {
                    try (WireClient client = new WireClient(server.s3())) {
                        for (int generation = 1; kill || generation <= 20; generation++) {
                            int status = client.exchange(
                                            client.object("PUT", "busy", key).body("text " + generation))
                                    .status();
                            assertThat(status).isEqualTo(200);
                            acknowledged.add("created busy/" + key + "@" + generation);
                        }
                    } catch (IOException broken) {
                        assertThat(kill).as("broken by the kill: " + broken).isTrue();
                    }
                }));
            }
            if (mayBeKilled != null) {
                int before = acknowledged.size();
                long deadline = System.nanoTime() + SOON.toNanos();
                while ((acknowledged.size() < before + 60 || !mayBeKilled.getAsBoolean())
                        && System.nanoTime() < deadline) {
                    LockSupport.parkNanos(1_000_000);
                }
                server.kill();
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
    }

    /** One of each operation that changes something, and for each what the feed should say. */
    private static void operate(S3Client client, String plain, List<String> done) {
        client.createBucket(b -> b.bucket(plain));
        done.add("bucket_created " + plain);
        for (int i = 1; i <= 3; i++) {
            client.putObject(b -> b.bucket(plain).key("a"), RequestBody.fromBytes(new byte[10_000 * i]));
            done.add("created plain/a@" + i);
        }
        client.copyObject(b ->
                b.sourceBucket(plain).sourceKey("a").destinationBucket(plain).destinationKey("copy of a"));
        done.add("created plain/copy of a@1");
        String upload =
                client.createMultipartUpload(b -> b.bucket(plain).key("large")).uploadId();
        String etag = client.uploadPart(
                        b -> b.bucket(plain).key("large").uploadId(upload).partNumber(1),
                        RequestBody.fromString("one part"))
                .eTag();
        client.completeMultipartUpload(b -> b.bucket(plain)
                .key("large")
                .uploadId(upload)
                .multipartUpload(m ->
                        m.parts(CompletedPart.builder().partNumber(1).eTag(etag).build())));
        done.add("created plain/large@1");
        client.putObjectTagging(b -> b.bucket(plain)
                .key("a")
                .tagging(Tagging.builder()
                        .tagSet(Tag.builder().key("k").value("v").build())
                        .build()));
        done.add("tagged plain/a@3");
        client.deleteObjectTagging(b -> b.bucket(plain).key("a"));
        done.add("untagged plain/a@3");
        client.deleteObjects(b -> b.bucket(plain)
                .delete(Delete.builder()
                        .objects(
                                ObjectIdentifier.builder().key("a").build(),
                                ObjectIdentifier.builder().key("copy of a").build())
                        .build()));
        done.add("deleted plain/a@4");
        done.add("deleted plain/copy of a@2");
        Sdk.refusal(() -> client.putObject(
                b -> b.bucket(plain).key("large").ifNoneMatch("*"), RequestBody.fromString("refused: no event")));
        client.getObjectAsBytes(b -> b.bucket(plain).key("large"));

        client.createBucket(b -> b.bucket("versioned"));
        done.add("bucket_created versioned");
        client.putBucketVersioning(b -> b.bucket("versioned").versioningConfiguration(v -> v.status("Enabled")));
        String version = client.putObject(
                        b -> b.bucket("versioned").key("v"), RequestBody.fromString("the first version"))
                .versionId();
        done.add("created versioned/v@1");
        client.putObject(b -> b.bucket("versioned").key("v"), RequestBody.fromString("the second version"));
        done.add("created versioned/v@2");
        client.deleteObject(b -> b.bucket("versioned").key("v"));
        done.add("marked versioned/v@3");
        client.deleteObject(b -> b.bucket("versioned").key("v").versionId(version));
        done.add("deleted versioned/v@1");

        client.createBucket(b -> b.bucket("short-lived"));
        done.add("bucket_created short-lived");
        client.deleteBucket(b -> b.bucket("short-lived"));
        done.add("bucket_deleted short-lived");
    }

    private static List<String> labels(List<JsonNode> events) {
        return events.stream().map(FeedMatchesOperationsTest::label).toList();
    }

    private static String label(JsonNode event) {
        String type = event.path("type").asText();
        String path =
                event.path("path").asText() + "@" + event.path("generation").asText();
        return switch (type) {
            case "object_created" -> "created " + path;
            case "object_deleted" -> (event.path("delete_marker").asBoolean() ? "marked " : "deleted ") + path;
            case "object_tagged" -> (event.path("removed").asBoolean() ? "untagged " : "tagged ") + path;
            default -> type + " " + event.path("bucket").asText();
        };
    }

    /** Events of one path, and events of buckets, come in the order in which they were done, and the clock follows. */
    private static void assertInOrder(List<JsonNode> events, List<String> done) {
        assertGapless(events);
        Map<String, List<String>> told = new TreeMap<>();
        Map<String, List<String>> expected = new TreeMap<>();
        labels(events)
                .forEach(label -> told.computeIfAbsent(subject(label), _ -> new ArrayList<>())
                        .add(label));
        done.forEach(label ->
                expected.computeIfAbsent(subject(label), _ -> new ArrayList<>()).add(label));
        assertThat(told).isEqualTo(expected);
        assertThat(events.stream().map(event -> event.path("hlc").asText()).map(Long::parseUnsignedLong))
                .as("done one after the other, so a replay has them in the clock's order")
                .isSortedAccordingTo(Long::compareUnsigned)
                .doesNotHaveDuplicates();
    }

    private static String subject(String label) {
        return label.startsWith("bucket_") ? "buckets" : label.replaceAll("^\\w+ |@\\d+$", "");
    }

    /** Of each source come the numbers 1, 2, 3 and so on, in this order. */
    private static void assertGapless(List<JsonNode> events) {
        Map<String, Long> last = new HashMap<>();
        for (JsonNode event : events) {
            long expected = last.merge(event.path("source").asText(), 1L, Long::sum);
            assertThat(event.path("sequence").asLong()).as(event.toString()).isEqualTo(expected);
        }
    }

    private static List<String> positions(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("source").asText() + " "
                        + event.path("sequence").asText() + " " + label(event))
                .toList();
    }

    /** By path, how many generations were told. */
    private static Map<String, Long> created(List<JsonNode> events) {
        Map<String, Long> generations = new TreeMap<>();
        for (JsonNode event : events) {
            if (event.path("type").asText().equals("object_created")) {
                generations.merge(
                        event.path("path").asText(), event.path("generation").asLong(), Math::max);
            }
        }
        return generations;
    }

    /** By path, the number of the generation that is current. */
    private static Map<String, Long> generations(SkerryServer server) throws IOException {
        Map<String, Long> generations = new TreeMap<>();
        try (S3Client client = Sdk.sync(server)) {
            for (var object :
                    client.listObjectsV2Paginator(b -> b.bucket("busy")).contents()) {
                String path = "busy/" + object.key();
                String answer = Wire.exchange(
                                server.nativeApi(),
                                WireRequest.of(
                                        "HEAD",
                                        server.nativeApi(),
                                        "/api/v1/blobs/"
                                                + WireRequest.encode(path).replace("%2F", "/")))
                        .header("x-skerry-generation")
                        .orElseThrow();
                generations.put(path, Long.valueOf(answer));
            }
        }
        return generations;
    }

    /** All of the feed, in pages of this size. */
    private static List<JsonNode> pages(SkerryServer server, int limit) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        String cursor = "";
        boolean more = true;
        while (more) {
            WireRequest request =
                    WireRequest.of("GET", server.nativeApi(), "/api/v1/events").query("limit", Integer.toString(limit));
            if (!cursor.isEmpty()) {
                request.query("cursor", cursor);
            }
            JsonNode page = new ObjectMapper()
                    .readTree(Wire.exchange(server.nativeApi(), request).text());
            page.path("events").forEach(events::add);
            cursor = page.path("cursor").asText();
            more = page.path("more").asBoolean();
        }
        return events;
    }
}
