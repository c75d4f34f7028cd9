package dev.skerry.compat.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.history.History;
import dev.skerry.compat.history.Linearizability;
import dev.skerry.compat.history.Verdict;
import dev.skerry.compat.server.Seed;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.WithServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The harness sees what is wrong with real servers, not only with histories made by hand. */
@ExtendWith(WithServer.class)
class FaultRunTest {
    @Test
    void serversThatDoNotReplicateAreCaught(ServerLab lab) throws Throwable {
        Path file = lab.path("history.jsonl");
        try (Nodes nodes = Nodes.strangers(lab, 2, lab.path("data"))) {
            FaultReport report = new FaultRun(nodes, Duration.ofSeconds(3), file, Seed.of("FaultRunTest")).run();
            System.out.println("FaultRunTest: " + report);
            assertThat(report.violations()).anyMatch(text -> text.contains("none of these can come next"));
        }
        assertThat(History.read(file).values())
                .as("the history that was kept shows it too")
                .anyMatch(history -> Linearizability.judge(history) instanceof Verdict.Violation);
    }
}
