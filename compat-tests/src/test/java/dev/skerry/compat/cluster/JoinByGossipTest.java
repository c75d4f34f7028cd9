package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Nodes that are their own registry: they form a cluster, one goes and comes, one joins by one of them. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class JoinByGossipTest {
    private static final String BUCKET = "by-gossip";
    private static final String REGISTRY = "  registry: {type: gossip, lease: 10s}";
    private static final Duration SOON = Duration.ofMinutes(3);

    @Test
    void nodesThatGossipFormLoseFindAndLetInEachOther(ServerLab lab) throws Throwable {
        List<SkerryServer> servers = ClusterLab.servers(lab, 3, List.of(REGISTRY));
        List<SkerryServer> shuffled = new ArrayList<>(servers);
        long seed = new Random().nextLong();
        Collections.shuffle(shuffled, new Random(seed));
        ClusterLab.start(shuffled);
        SkerryServer a = servers.get(0);
        SkerryServer b = servers.get(1);
        SkerryServer c = servers.get(2);
        for (SkerryServer server : servers) {
            Eventually.holds(
                    SOON, () -> assertThat(listed(server)).as("seed " + seed).containsExactly("a", "b", "c"));
        }
        assertThat(ClusterCommand.run(a, "status").text())
                .containsPattern("(?m)^registry gossip: answers, lists a, b, c$");
        strangersHearNothing(a);
        try (S3Client client = Sdk.retrying(a)) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        put(a, "before");

        c.kill();
        Eventually.holds(SOON, () -> assertThat(listed(a)).containsExactly("a", "b"));
        Eventually.holds(SOON, () -> put(b, "while it is down"));
        c.start();
        for (SkerryServer server : servers) {
            Eventually.holds(SOON, () -> assertThat(listed(server)).containsExactly("a", "b", "c"));
        }

        SkerryServer d = ClusterLab.joining(
                        lab, "d", List.of(b), line -> line.startsWith("  join:") ? line + "\n" + REGISTRY : line)
                .start();
        assertThat(members(d)).containsExactly("a", "b", "c", "d");
        for (SkerryServer server : List.of(a, b, c, d)) {
            Eventually.holds(SOON, () -> assertThat(listed(server)).containsExactly("a", "b", "c", "d"));
            for (String key : List.of("before", "while it is down")) {
                assertThat(get(server, key)).isEqualTo(key);
            }
        }

        lossOfTheRegistryStopsNothing(a, d);
        anotherListIsRefused(lab, servers);
    }

    /** Whoever leaves says so. */
    private static void lossOfTheRegistryStopsNothing(SkerryServer a, SkerryServer d) throws Throwable {
        assertThat(d.stop()).isZero();
        Eventually.holds(SOON, () -> assertThat(listed(a)).containsExactly("a", "b", "c"));
        put(a, "without d");
        assertThat(get(a, "without d")).isEqualTo("without d");
    }

    /** A folder that is new, and a list that is not the one by which the others formed. */
    private static void anotherListIsRefused(ServerLab lab, List<SkerryServer> servers) {
        SkerryServer other = ClusterLab.joining(
                lab,
                "e",
                List.of(),
                line -> line.startsWith("  join:")
                        ? REGISTRY
                                + "\n  initial_cluster:\n    nodes:\n      - {id: e, address: '127.0.0.1:9'}"
                                + "\n      - {id: a, address: '127.0.0.1:"
                                + servers.getFirst().s3().getPort() + "'}"
                        : line.startsWith("  address:") ? "" : line);
        assertThat(other.startExpectingExit()).isEqualTo(1);
        assertThat(other.tail(20))
                .contains("is one of another cluster tests, of the nodes a, b, c, d", "expected: the same nodes");
    }

    private static void strangersHearNothing(SkerryServer server) throws Exception {
        try (HttpClient stranger = HttpClient.newHttpClient()) {
            for (String path : List.of("cluster/bootstrap", "cluster/gossip-seeds", "call/gossip-packet")) {
                URI uri = server.s3().resolve("/_/internal/v1/" + path);
                HttpResponse<String> answer =
                        stranger.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
            }
        }
    }

    private static Set<String> listed(SkerryServer server) throws IOException {
        JsonNode registry = ClusterCommand.status(server).path("registry");
        assertThat(registry.path("answers").asBoolean()).isTrue();
        Set<String> ids = new TreeSet<>();
        registry.path("nodes").forEach(id -> ids.add(id.asText()));
        return ids;
    }

    private static Set<String> members(SkerryServer server) throws IOException {
        Set<String> ids = new TreeSet<>();
        ClusterCommand.status(server)
                .path("nodes")
                .forEach(node -> ids.add(node.path("id").asText()));
        return ids;
    }

    private static void put(SkerryServer server, String key) {
        try (S3Client client = Sdk.retrying(server)) {
            client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(key));
        }
    }

    private static String get(SkerryServer server, String key) {
        try (S3Client client = Sdk.retrying(server)) {
            return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                    .asUtf8String();
        }
    }
}
