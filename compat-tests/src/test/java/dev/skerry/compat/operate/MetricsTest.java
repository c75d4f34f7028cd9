package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.MetricsPage.Family;
import dev.skerry.compat.operate.MetricsPage.Sample;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Wire;
import dev.skerry.compat.wire.WireRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** What {@code /_/metrics} shows, and that docs/metrics.md lists exactly that. */
@ExtendWith(WithServer.class)
class MetricsTest {
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| (.*) \\|");
    private static final String CLUSTER_SECTION = "## In a cluster";
    private static final Set<String> LABELS = Set.of(
            "surface",
            "operation",
            "status",
            "code",
            "kind",
            "failure",
            "name",
            "failed",
            "disk",
            "target",
            "version",
            "java",
            "le");

    @Test
    void theDocumentListsExactlyWhatIsServed(ServerLab lab) throws Throwable {
        SkerryServer server = busyServer(lab);
        SortedMap<String, Family> documented = documented();
        assertThat(documented).as("rows of docs/metrics.md").hasSizeGreaterThan(30);

        // the passes of collection and scrubbing come by themselves
        Eventually.holds(
                Duration.ofMinutes(2),
                () -> assertThat(own(MetricsPage.of(server))).isEqualTo(documented));
    }

    @Test
    void numbersSayWhatHappened(ServerLab lab) throws Throwable {
        SkerryServer server = lab.server().start();
        MetricsPage before = MetricsPage.of(server);
        try (S3Client client = Sdk.sync(server)) {
            String bucket = Sdk.bucket(client);
            for (int i = 0; i < 20; i++) {
                String key = "k" + i;
                client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(new byte[1000]));
            }
            client.getObjectAsBytes(b -> b.bucket(bucket).key("k1"));
            client.deleteObject(b -> b.bucket(bucket).key("k2"));
        }
        MetricsPage after = MetricsPage.of(server);

        assertThat(grown(before, after, "skerry_store_written_bytes_total")).isEqualTo(20_000);
        assertThat(grown(before, after, "skerry_store_read_bytes_total")).isEqualTo(1000);
        assertThat(grown(before, after, "skerry_store_deleted_total")).isEqualTo(1);
        assertThat(grown(before, after, "skerry_commit_batch_commands_sum"))
                .as("commands: 20 writes and a deletion")
                .isEqualTo(21);
        assertThat(grown(before, after, "skerry_commit_duration_seconds_count"))
                .as("one client that waits for each answer shares no transaction")
                .isEqualTo(21);
        assertThat(grown(before, after, "skerry_commit_duration_seconds_sum")).isBetween(1e-6, 60.0);
        assertThat(after.sum("skerry_commit_waiting_commands")).isZero();
        assertThat(after.sum("skerry_commit_waiting_limit")).isPositive();
        assertThat(after.samples())
                .filteredOn(sample -> sample.name().equals("skerry_requests_total")
                        && "PutObject".equals(sample.labels().get("operation")))
                .singleElement()
                .satisfies(sample -> {
                    assertThat(sample.value()).isEqualTo(20);
                    assertThat(sample.labels()).containsEntry("status", "200").containsEntry("surface", "s3");
                });
    }

    @Test
    void noClientCanMakeUpALabel(ServerLab lab) throws Throwable {
        SkerryServer server = busyServer(lab);
        MetricsPage.of(server); // so that the next page counts one already
        strangeRequests(server, 0, 40);
        Set<String> series = series(MetricsPage.of(server));

        strangeRequests(server, 40, 80);
        MetricsPage page = MetricsPage.of(server);

        assertThat(series(page))
                .as("more of the same makes no new series")
                .isNotEmpty()
                .isSubsetOf(series);
        List<Sample> own = page.samples().stream()
                .filter(sample -> sample.name().startsWith("skerry_"))
                .toList();
        assertThat(own).allSatisfy(sample -> {
            assertThat(LABELS).containsAll(sample.labels().keySet());
            assertThat(sample.labels().values()).noneMatch(value -> value.contains("made-up"));
        });
    }

    /** Forty different ones of each kind that a client may choose, all of which a label could wrongly hold. */
    private static void strangeRequests(SkerryServer server, int from, int toExclusive) throws IOException {
        for (int i = from; i < toExclusive; i++) {
            for (WireRequest request : List.of(
                    WireRequest.of("GET", server.s3(), "/made-up-" + i + "/key").sign(),
                    WireRequest.of("GET", server.s3(), "/photos/made-up-" + i).sign(),
                    WireRequest.of("GET", server.s3(), "/photos")
                            .query("made-up-" + i, "made-up")
                            .header("user-agent", "made-up-" + i)
                            .sign(),
                    WireRequest.of("GET", server.s3(), "/photos")
                            .credentials("made-up-" + i, "made-up-secret")
                            .sign(),
                    WireRequest.of("MADEUP" + i, server.s3(), "/photos").sign(),
                    WireRequest.of("GET", server.s3(), "/_/made-up-" + i),
                    WireRequest.of("GET", server.s3(), "/_/api/v1/made-up-" + i).sign())) {
                Wire.exchange(server.s3(), request);
            }
        }
    }

    /** A server to which everything happened that has a metric. */
    private static SkerryServer busyServer(ServerLab lab) throws IOException {
        SkerryServer server = lab.server(Settings.of(lab.path("data"))
                        .withYaml(
                                "gc:",
                                "  interval: 200ms",
                                "  grace: 0s",
                                "  tombstone_retention: 0s",
                                "scrub:",
                                "  interval: 1s",
                                "notifications:",
                                "  targets:",
                                "    hook: {url: 'http://127.0.0.1:9/'}"))
                .start();
        try (S3Client client = Sdk.sync(server)) {
            client.createBucket(b -> b.bucket("photos"));
            client.putObject(b -> b.bucket("photos").key("a"), RequestBody.fromBytes(new byte[100_000]));
            client.getObjectAsBytes(b -> b.bucket("photos").key("a"));
            Sdk.refusal(() -> client.putObject(
                    b -> b.bucket("photos").key("a").ifNoneMatch("*"), RequestBody.fromBytes(new byte[10])));
            client.deleteObject(b -> b.bucket("photos").key("a"));
            String upload = client.createMultipartUpload(b -> b.bucket("photos").key("b"))
                    .uploadId();
            String etag = client.uploadPart(
                            b -> b.bucket("photos").key("b").uploadId(upload).partNumber(1),
                            RequestBody.fromBytes(new byte[10_000]))
                    .eTag();
            client.completeMultipartUpload(b -> b.bucket("photos")
                    .key("b")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(
                            CompletedPart.builder().partNumber(1).eTag(etag).build())));
        }
        for (String task : List.of("gc", "scrub")) {
            assertThat(Wire.exchange(
                                    server.s3(),
                                    WireRequest.of("POST", server.s3(), "/_/admin/v1/" + task)
                                            .sign())
                            .status())
                    .isEqualTo(200);
        }
        return server;
    }

    private static SortedMap<String, Family> own(MetricsPage page) {
        SortedMap<String, Family> own = new TreeMap<>();
        page.families().forEach((name, family) -> {
            if (name.startsWith("skerry_")) {
                own.put(name, family);
            }
        });
        return own;
    }

    /** Of requests alone: background work begins when it likes. */
    private static Set<String> series(MetricsPage page) {
        return page.samples().stream()
                .filter(sample -> sample.name().startsWith("skerry_request"))
                .map(sample -> sample.name() + sample.labels())
                .collect(java.util.stream.Collectors.toSet());
    }

    private static double grown(MetricsPage before, MetricsPage after, String name) {
        return after.sum(name) - before.sum(name);
    }

    private static SortedMap<String, Family> documented() throws IOException {
        SortedMap<String, Family> rows = new TreeMap<>();
        try (Stream<String> lines = Files.lines(SkerryServer.home().resolve("docs/metrics.md"))) {
            lines.takeWhile(line -> !line.equals(CLUSTER_SECTION))
                    .map(ROW::matcher)
                    .filter(Matcher::matches)
                    .forEach(row -> assertThat(rows.put(row.group(1), new Family(row.group(2), row.group(3))))
                            .as("a second row for " + row.group(1))
                            .isNull());
        }
        return rows;
    }
}
