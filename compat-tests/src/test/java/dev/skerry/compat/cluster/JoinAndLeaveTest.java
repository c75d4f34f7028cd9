package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.services.s3.S3Client;

/** A fourth node joins three that are written to, takes its share, and the first one leaves. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class JoinAndLeaveTest {
    private static final String BUCKET = "join-and-leave";
    private static final Duration SOON = Duration.ofMinutes(3);

    @Test
    void nodesComeAndGoWhileClientsWrite(ServerLab lab) throws Throwable {
        List<SkerryServer> servers = new ArrayList<>(ClusterLab.servers(lab, 3));
        ClusterLab.start(servers);
        SkerryServer first = servers.getFirst();
        List<SkerryServer> staying = new ArrayList<>(servers.subList(1, 3));
        UploadUnderWay upload;
        try (S3Client client = Sdk.retrying(first)) {
            client.createBucket(request -> request.bucket(BUCKET));
            upload = UploadUnderWay.begin(client, BUCKET);
        }
        Writers writers = new Writers(BUCKET);
        try (writers) {
            staying.forEach(writers::begin);
            refusals(lab, staying);
            SkerryServer fourth = ClusterLab.joining(lab, "d", staying, UnaryOperator.identity());
            fourth.start();
            staying.add(fourth);
            rebalanced(fourth);
            restarted(fourth, staying.getFirst());
            leaves(first, staying.getFirst());
            Eventually.holds(SOON, () -> assertThat(first.isRunning()).isFalse());
        }
        assertThat(writers.failed()).isEmpty();
        assertThat(writers.acknowledged()).isGreaterThan(100);
        staying.forEach(writers::everythingIsThere);
        try (S3Client client = Sdk.retrying(staying.getLast())) {
            upload.end(client);
        }
    }

    /** They end before they are part of anything. */
    private static void refusals(ServerLab lab, List<SkerryServer> seeds) {
        SkerryServer taken = ClusterLab.joining(lab, "a", seeds, UnaryOperator.identity());
        assertThat(taken.startExpectingExit()).isEqualTo(1);
        assertThat(String.join("\n", taken.log())).contains("node id a: is the node at", "which is alive");
        SkerryServer stranger =
                ClusterLab.joining(lab, "e", seeds, line -> line.replace("name: tests", "name: others"));
        assertThat(stranger.startExpectingExit()).isEqualTo(1);
        assertThat(String.join("\n", stranger.log())).contains("the sender belongs to another cluster");
    }

    /** Others lead meanwhile, and what it needs to be part of the cluster it knows by itself. */
    private static void restarted(SkerryServer server, SkerryServer asked) throws Throwable {
        Command drained = ClusterCommand.run(asked, "drain", "d");
        assertThat(drained.exit()).as(drained.text()).isZero();
        Command second = ClusterCommand.run(asked, "drain", "c");
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.text()).contains("is another node down or drained?");
        assertThat(server.stop()).isZero();
        server.start();
        Eventually.holds(
                SOON,
                () -> assertThat(ClusterCommand.run(asked, "resume", "d").exit())
                        .isZero());
        Eventually.holds(
                SOON,
                () -> assertThat(ClusterCommand.run(asked, "status").exit()).isZero());
    }

    private static void rebalanced(SkerryServer asked) throws IOException {
        Command added = ClusterCommand.run(asked, "add-node", "d", "--weight", "1");
        assertThat(added.text()).contains("node d: active, weight 1");
        Map<String, Set<String>> expected = ClusterCommand.replicas(asked);
        Command dryRun = ClusterCommand.run(asked, "rebalance", "--dry-run");
        List<String> planned = dryRun.lines().stream()
                .filter(line -> line.startsWith("group "))
                .toList();
        assertThat(planned).as(dryRun.text()).isNotEmpty();
        for (String step : planned) {
            String[] words = step.split(" ", -1);
            Set<String> nodes = expected.computeIfAbsent(words[1], _ -> new TreeSet<>());
            boolean changed = step.contains(" comes to ") ? nodes.add(words[4]) : nodes.remove(words[3]);
            assertThat(changed).as(step).isTrue();
        }
        assertThat(ClusterCommand.replicas(asked)).as("after the dry run").isNotEqualTo(expected);

        Command done = ClusterCommand.run(asked, "rebalance", "--wait");
        assertThat(done.exit()).as(done.text()).isZero();
        assertThat(done.lines()).containsSubsequence(planned).contains("done");
        assertThat(ClusterCommand.replicas(asked)).isEqualTo(expected);
        assertThat(ClusterCommand.run(asked, "rebalance", "--dry-run").text()).contains("nothing is to be moved");
    }

    private static void leaves(SkerryServer leaving, SkerryServer asked) throws IOException {
        Command removed = ClusterCommand.run(asked, "remove-node", "a");
        assertThat(removed.exit()).as(removed.text() + leaving.tail(20)).isZero();
        assertThat(ClusterCommand.replicas(asked))
                .allSatisfy((log, nodes) -> assertThat(nodes).as(log).containsExactly("b", "c", "d"));
        Command fewer = ClusterCommand.run(asked, "remove-node", "b");
        assertThat(fewer.exit()).isEqualTo(1);
        assertThat(fewer.text()).contains("without it 2 nodes would hold 3 replicas", "--force");
    }
}
