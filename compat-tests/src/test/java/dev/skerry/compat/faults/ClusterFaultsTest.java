package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A cluster whose nodes are killed, stopped, cut off and starved: to its clients it stays one linearizable store. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class ClusterFaultsTest {
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

    /** Nodes that read what they have are caught: the harness would see it if the cluster did. */
    @Test
    void readsThatDoNotWaitAreCaught(ServerLab lab) throws Throwable {
        Path agent = WithoutReadBarrier.jar(lab.path("agent.jar"));
        Map<String, String> broken = Map.of("SKERRY_JAVA_OPTS", "-javaagent:" + agent);
        try (Nodes nodes = Nodes.cluster(lab, 3, lab.path("data"), broken)) {
            FaultReport report = new FaultRun(
                            nodes, Duration.ofSeconds(25), lab.path("history.jsonl"), Seed.of("readsThatDoNotWait"))
                    .run();
            System.out.println("ClusterFaultsTest: without the read barrier " + report);
            assertThat(report.violations()).anyMatch(text -> text.contains("READ -> DONE"));
        }
    }
}
