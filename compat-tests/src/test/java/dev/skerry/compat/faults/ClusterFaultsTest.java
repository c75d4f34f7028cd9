package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A cluster whose nodes are killed, stopped, cut off and starved: to its clients it stays one linearizable store. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class ClusterFaultsTest {
    private static final Duration BROKEN = Duration.ofSeconds(25);
    private static final int MOST_RUNS = 6;
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("skerry.faults.seconds", 90));
    private static final int NODES = Integer.getInteger("skerry.faults.nodes", 3);

    @Test
    void whatItAnswersIsLinearizable(ServerLab lab) throws Throwable {
        Path history = Path.of(System.getProperty("java.io.tmpdir"), "faults-of-a-cluster.jsonl");
        try (Nodes nodes = Nodes.cluster(lab, NODES, lab.path("data"))) {
            FaultReport report = new FaultRun(nodes, LENGTH, history, Seed.of("ClusterFaultsTest")).run();
            System.out.println("ClusterFaultsTest: " + report);
            assertThat(report.violations()).as("recorded in %s", history).isEmpty();
            assertThat(report.undecided()).isZero();
            assertThat(report.tally().done()).as("the clients were answered").isGreaterThan(100);
        }
    }

    /**
     * Nodes that read what they have are caught: the harness would see it if the cluster did. A run whose faults leave
     * no node behind has nothing to catch, so there may be a few.
     */
    @Test
    void readsThatDoNotWaitAreCaught(ServerLab lab) throws Throwable {
        Path agent = WithoutReadBarrier.jar(lab.path("agent.jar"));
        Map<String, String> broken = Map.of("SKERRY_JAVA_OPTS", "-javaagent:" + agent);
        SplittableRandom random = Seed.of("readsThatDoNotWait");
        List<String> violations = new ArrayList<>();
        for (int run = 0; run < MOST_RUNS && violations.stream().noneMatch(ClusterFaultsTest::isStaleRead); run++) {
            try (Nodes nodes = Nodes.cluster(lab, 3, lab.path("data-" + run), broken)) {
                FaultReport report = new FaultRun(nodes, BROKEN, lab.path("history-" + run), random.split()).run();
                System.out.println("ClusterFaultsTest: without the read barrier " + report);
                violations.addAll(report.violations());
            }
        }
        assertThat(violations).anyMatch(ClusterFaultsTest::isStaleRead);
    }

    private static boolean isStaleRead(String violation) {
        return violation.contains("READ -> DONE");
    }
}
