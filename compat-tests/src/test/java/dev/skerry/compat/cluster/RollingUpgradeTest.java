package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.RotatingEndpoint;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Three nodes are restarted one after the other, by the commands for it, behind one address that clients write to. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class RollingUpgradeTest {
    private static final String BUCKET = "rolling-upgrade";
    private static final Duration BETWEEN = Duration.ofMillis(200);
    private static final int WRITERS = 3;

    /** The keys of what was acknowledged. */
    private final Set<String> written = ConcurrentHashMap.newKeySet();

    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean enough = new AtomicBoolean();

    @Test
    void nodesAreRestartedOneByOneUnderLoad(ServerLab lab) throws Throwable {
        List<SkerryServer> servers = ClusterLab.servers(lab, 3);
        ClusterLab.start(servers);
        SkerryServer first = servers.getFirst();
        try (S3Client client = Sdk.retrying(first)) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        refused(ClusterCommand.run(first, "upgrade drain", "a"), "no upgrade runs");
        String version = ClusterCommand.status(first)
                .path("nodes")
                .path(0)
                .path("version")
                .asText();
        try (RotatingEndpoint endpoint = new RotatingEndpoint(ClusterLab.urls(servers));
                ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int writer = 0; writer < WRITERS; writer++) {
                    String prefix = "writer-" + writer + "/";
                    writers.execute(() -> write(endpoint, first, prefix));
                }
                started(first, version);
                for (int turn = 0; turn < servers.size(); turn++) {
                    restarted(servers.get(turn), ClusterLab.names(3).get(turn), servers.get((turn + 1) % 3), version);
                }
                Command finished = ClusterCommand.run(first, "upgrade finish");
                assertThat(finished.exit()).as(finished.text()).isZero();
                assertThat(finished.text()).contains("no upgrade runs", "node c: up, active, version " + version);
            } finally {
                enough.set(true);
            }
        }
        assertThat(failed).isEmpty();
        assertThat(written).hasSizeGreaterThan(100);
        for (SkerryServer server : servers) {
            everythingIsThere(server);
        }
        assertThat(ClusterCommand.status(first).has("upgrade")).isFalse();
        assertThat(ClusterCommand.run(first, "rebalance").exit()).isZero();
    }

    /** From then on everything stays where it is. */
    private static void started(SkerryServer asked, String version) {
        Command started = ClusterCommand.run(asked, "upgrade start", "--to", "another");
        assertThat(started.exit()).as(started.text()).isZero();
        refused(ClusterCommand.run(asked, "upgrade finish"), "[a, b, c]", "(expected: all of another");
        Command again = ClusterCommand.run(asked, "upgrade start", "--to", version);
        assertThat(again.text()).contains("an upgrade runs to " + version);
        assertThat(ClusterCommand.run(asked, "status").text()).contains("an upgrade runs to " + version);
        refused(ClusterCommand.run(asked, "rebalance"), "an upgrade runs");
        refused(ClusterCommand.run(asked, "remove-node", "b", "--force"), "an upgrade runs");
    }

    private static void restarted(SkerryServer server, String name, SkerryServer asked, String version) {
        Command drained = ClusterCommand.run(asked, "upgrade drain", name);
        assertThat(drained.exit()).as(drained.text()).isZero();
        String other = name.equals("c") ? "a" : "c";
        refused(ClusterCommand.run(asked, "upgrade drain", other), "is another node down or drained?");
        assertThat(server.stop()).isZero();
        refused(ClusterCommand.run(asked, "upgrade finish"), "node " + name + ": is draining");
        server.start();
        Command resumed = ClusterCommand.run(asked, "upgrade resume", name);
        assertThat(resumed.exit()).as(resumed.text()).isZero();
        assertThat(resumed.text()).contains("node " + name + ": up, version " + version);
    }

    private static void refused(Command command, String... reasons) {
        assertThat(command.exit()).as(command.text()).isEqualTo(1);
        assertThat(command.text()).contains(reasons);
    }

    private void write(RotatingEndpoint endpoint, SkerryServer anyNode, String prefix) {
        try (S3Client client = Sdk.retrying(anyNode, endpoint.url())) {
            for (int number = 0; !enough.get(); number++) {
                String key = prefix + number;
                try {
                    client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(body(key)));
                    written.add(key);
                    assertThat(get(client, key)).isEqualTo(body(key));
                } catch (SdkException | AssertionError e) {
                    failed.add(key + ": " + e);
                }
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
        }
    }

    private void everythingIsThere(SkerryServer server) {
        try (S3Client client = Sdk.retrying(server)) {
            written.parallelStream()
                    .forEach(key -> assertThat(get(client, key))
                            .as("%s through %s", key, server.s3())
                            .isEqualTo(body(key)));
        }
    }

    /** What is written under a key: of some a file, of most a row. */
    private static byte[] body(String key) {
        Random random = new Random(key.hashCode());
        byte[] body = new byte[random.nextInt(3) == 0 ? 200_000 : 200];
        random.nextBytes(body);
        return body;
    }

    private static byte[] get(S3Client client, String key) {
        return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                .asByteArray();
    }
}
