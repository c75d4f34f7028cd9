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
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Nodes are killed one after the other, whoever moves the data and both of its ends among them, while a node that
 * joined takes its share, for which groups stop sharing a log, and while another leaves: what was begun is ended by
 * itself, and nothing that was acknowledged is lost.
 */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class KillsDuringMovesTest {
    private static final String BUCKET = "kills-during-moves";
    private static final Duration SOON = Duration.ofMinutes(4);
    private static final int KILLS = 4;

    private final long startValue = Long.getLong("skerry.moves", System.nanoTime());
    private final Random random = new Random(startValue);

    @Test
    void whatWasBegunIsEndedAndNothingIsLost(ServerLab lab, TestReporter reporter) throws Throwable {
        reporter.publishEntry("random start value, -Dskerry.moves", String.valueOf(startValue));
        List<SkerryServer> servers = new ArrayList<>(ClusterLab.servers(lab, 3));
        ClusterLab.start(servers);
        try (S3Client client = Sdk.retrying(servers.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        Writers writers = new Writers(BUCKET);
        try (writers) {
            servers.forEach(writers::begin);
            SkerryServer fourth = ClusterLab.joining(lab, "d", List.copyOf(servers), UnaryOperator.identity());
            fourth.start();
            servers.add(fourth);
            done(servers, "add-node", "d", "--weight", "1");
            done(servers, "rebalance");
            kills(servers);
            Eventually.holds(SOON, () -> assertThat(planned(servers)).contains("nothing is to be moved"));
            Eventually.holds(
                    SOON,
                    () -> assertThat(ClusterCommand.replicas(fourth).values())
                            .anySatisfy(nodes -> assertThat(nodes).contains("d")));

            SkerryServer leaving = servers.removeFirst();
            Thread command = Thread.ofVirtual().start(() -> leaves(servers));
            kills(servers);
            command.join();
            Eventually.holds(
                    SOON,
                    () -> assertThat(keepers(servers))
                            .isNotEmpty()
                            .allSatisfy(
                                    (log, nodes) -> assertThat(nodes).as(log).containsExactly("b", "c", "d")));
            Eventually.holds(SOON, () -> assertThat(leaving.isRunning()).isFalse());
        }
        Eventually.holds(SOON, () -> assertThat(status(servers)).as("problems").isZero());
        assertThat(writers.acknowledged()).isGreaterThan(100);
        servers.forEach(writers::everythingIsThere);
    }

    /** Never two at a time, since two of three are what it takes to go on. */
    private void kills(List<SkerryServer> servers) {
        for (int i = 0; i < KILLS; i++) {
            pause(Duration.ofMillis(random.nextInt(3000)));
            SkerryServer victim = servers.get(random.nextInt(servers.size()));
            victim.kill();
            pause(Duration.ofMillis(500 + random.nextInt(3000)));
            victim.start();
        }
    }

    private static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }

    /** The node that was asked may have been killed before it answered; then it may have been done all the same. */
    private static void leaves(List<SkerryServer> servers) {
        for (SkerryServer asked : servers) {
            Command removed = ClusterCommand.run(asked, "remove-node", "a");
            if (removed.exit() == 0) {
                return;
            }
        }
    }

    private static void done(List<SkerryServer> servers, String command, String... options) throws Throwable {
        Eventually.holds(SOON, () -> {
            Command run = ClusterCommand.run(servers.getLast(), command, options);
            assertThat(run.exit()).as(run.text()).isZero();
        });
    }

    private static String planned(List<SkerryServer> servers) {
        return ClusterCommand.run(servers.getFirst(), "rebalance", "--dry-run").text();
    }

    private static Map<String, Set<String>> keepers(List<SkerryServer> servers) throws IOException {
        return ClusterCommand.replicas(servers.getFirst());
    }

    private static int status(List<SkerryServer> servers) {
        return ClusterCommand.run(servers.getFirst(), "status").exit();
    }
}
