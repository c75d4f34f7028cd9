package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One node that is killed, stopped and cut off from its clients: what it answers stays linearizable. */
@ExtendWith(WithServer.class)
class SingleNodeFaultsTest {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("skerry.faults.seconds", 40));

    @Test
    void whatItAnswersIsLinearizable(ServerLab lab) throws Throwable {
        Path history = Path.of(System.getProperty("java.io.tmpdir"), "faults-of-one-node.jsonl");
        try (Nodes nodes = Nodes.single(lab, lab.path("data"))) {
            FaultReport report = new FaultRun(nodes, LENGTH, history, Seed.of("SingleNodeFaultsTest")).run();
            System.out.println("SingleNodeFaultsTest: " + report);
            assertThat(report.violations()).as("recorded in %s", history).isEmpty();
            assertThat(report.undecided()).isZero();
            assertThat(report.tally().done()).as("the clients were answered").isGreaterThan(100);
        }
    }
}
