package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.RegistryServer;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Nodes that know nothing but a registry become one cluster, which does without it then; a dead id is taken over. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class JoinByRegistryTest {
    private static final String BUCKET = "by-registry";
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int LARGE = 300_000;

    @Test
    void nodesFormByEtcdDoWithoutItAndTakeOverADeadId(ServerLab lab) throws Throwable {
        RegistryServer etcd = lab.etcd();
        List<SkerryServer> servers = ClusterLab.meeting(lab, etcd, ClusterLab.names(3), 3);
        ClusterLab.start(servers);
        SkerryServer a = servers.get(0);
        SkerryServer b = servers.get(1);
        SkerryServer c = servers.get(2);
        assertThat(members(a)).containsExactly("a", "b", "c");
        Eventually.holds(
                SOON,
                () -> assertThat(ClusterCommand.run(a, "status").text())
                        .containsPattern("(?m)^registry etcd at http://127\\.0\\.0\\.1:\\d+: answers, lists a, b, c$"));
        try (S3Client client = Sdk.retrying(a)) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        put(a, "before");

        aliveIdIsRefused(lab, etcd);
        etcd.kill();
        goesOnWithoutIt(servers);
        deadIdIsTakenOver(lab, a, b, c);
    }

    /** A registry that begins anew is told of the cluster that is there, so that who comes then finds it. */
    @Test
    void nodesFormByRedisAndTellItAgainWhatItForgot(ServerLab lab) throws Throwable {
        RegistryServer redis = lab.redis();
        List<SkerryServer> servers = ClusterLab.meeting(lab, redis, ClusterLab.names(3), 3);
        ClusterLab.start(servers);
        SkerryServer a = servers.getFirst();
        try (S3Client client = Sdk.retrying(a)) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        put(a, "before");
        redis.kill();
        Eventually.holds(
                SOON, () -> assertThat(registry(a).path("answers").asBoolean()).isFalse());
        redis.beginAnew();
        Eventually.holds(SOON, () -> assertThat(registry(a).path("nodes")).hasSize(3));

        SkerryServer d =
                ClusterLab.meeting(lab, redis, List.of("d"), 3).getFirst().start();
        assertThat(members(d)).containsExactly("a", "b", "c", "d");
        assertThat(get(d, "before")).isEqualTo(body("before"));
        Eventually.holds(SOON, () -> assertThat(registry(a).path("nodes")).hasSize(4));
        assertThat(d.stop()).isZero();
        Eventually.holds(SOON, () -> assertThat(registry(a).path("nodes")).hasSize(3));
    }

    private static void aliveIdIsRefused(ServerLab lab, RegistryServer registry) {
        SkerryServer taken = node(lab, registry.url(), "a", "  take_over: true");
        assertThat(taken.startExpectingExit()).isEqualTo(1);
        assertThat(taken.tail(20)).contains("node id a: is the node at", "which is alive");
    }

    private static void goesOnWithoutIt(List<SkerryServer> servers) throws Throwable {
        SkerryServer asked = servers.getFirst();
        Eventually.holds(
                SOON,
                () -> assertThat(registry(asked).path("answers").asBoolean()).isFalse());
        Eventually.holds(
                SOON,
                () -> assertThat(ClusterCommand.run(asked, "status").exit())
                        .as("the cluster needs no registry")
                        .isZero());
        SkerryServer restarted = servers.get(1);
        assertThat(restarted.stop()).isZero();
        put(asked, "without the registry");
        restarted.start();
        for (SkerryServer server : servers) {
            assertThat(get(server, "without the registry")).isEqualTo(body("without the registry"));
        }
    }

    private static void deadIdIsTakenOver(ServerLab lab, SkerryServer a, SkerryServer b, SkerryServer dead)
            throws Throwable {
        dead.kill();
        Eventually.holds(SOON, () -> assertThat(seen(a, "c")).isEqualTo("down"));
        put(a, "while it is down");
        String seeds = "cluster://127.0.0.1:" + a.s3().getPort() + "','127.0.0.1:" + b.s3().getPort();
        SkerryServer without = node(lab, seeds, "c", "");
        assertThat(without.startExpectingExit()).isEqualTo(1);
        assertThat(without.tail(20)).contains("node id c: is the node at", "which does not answer", "--take-over");

        SkerryServer successor = node(lab, seeds, "c", "  take_over: true").start();
        assertThat(members(a)).containsExactly("a", "b", "c");
        Eventually.holds(
                SOON, () -> assertThat(parts(successor.data())).isNotEmpty().isEqualTo(parts(a.data())));
        Eventually.holds(
                SOON, () -> assertThat(ClusterCommand.run(a, "status").exit()).isZero());

        assertThat(dead.startExpectingExit()).as("the machine before").isEqualTo(1);
        assertThat(dead.tail(20)).contains("another machine has taken over this node's id");
        b.kill();
        Eventually.holds(SOON, () -> put(successor, "it counts"));
        for (String key : List.of("before", "while it is down", "it counts")) {
            assertThat(get(successor, key)).isEqualTo(body(key));
        }
    }

    // the cluster

    private static SkerryServer node(ServerLab lab, String join, String name, String more) {
        return ClusterLab.joining(
                lab,
                name,
                List.of(),
                line -> line.startsWith("  join:")
                        ? "  join: ['" + join + "']\n  registry: {lease: 30s}\n" + more
                        : line);
    }

    private static JsonNode registry(SkerryServer server) throws IOException {
        return ClusterCommand.status(server).path("registry");
    }

    private static Set<String> members(SkerryServer server) throws IOException {
        Set<String> ids = new TreeSet<>();
        ClusterCommand.status(server)
                .path("nodes")
                .forEach(node -> ids.add(node.path("id").asText()));
        return ids;
    }

    private static String seen(SkerryServer server, String id) throws IOException {
        return ClusterCommand.status(server)
                .path("nodes")
                .valueStream()
                .filter(node -> node.path("id").asText().equals(id))
                .map(node -> node.path("seen").asText())
                .findFirst()
                .orElse("");
    }

    // objects, which live in part files

    private static byte[] body(String key) {
        byte[] bytes = new byte[LARGE];
        new Random(key.hashCode()).nextBytes(bytes);
        return bytes;
    }

    private static void put(SkerryServer server, String key) {
        try (S3Client client = Sdk.retrying(server)) {
            client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(body(key)));
        }
    }

    private static byte[] get(SkerryServer server, String key) {
        try (S3Client client = Sdk.retrying(server)) {
            return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                    .asByteArray();
        }
    }

    private static Set<String> parts(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("slots"))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("part."))
                    .map(file -> data.relativize(file).toString())
                    .collect(Collectors.toSet());
        }
    }
}
