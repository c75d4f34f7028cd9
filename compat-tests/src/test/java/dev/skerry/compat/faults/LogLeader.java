package dev.skerry.compat.faults;

import dev.skerry.compat.operate.MetricsPage;
import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Who leads the log of the first placement group. */
final class LogLeader {
    private static final int ASKED = 60;
    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private LogLeader() {}

    /** Waits for one of the nodes to. */
    static SkerryServer of(List<SkerryServer> nodes) throws IOException, InterruptedException {
        for (int tried = 0; tried < ASKED; tried++) {
            for (SkerryServer node : nodes) {
                boolean leads = MetricsPage.of(node).samples().stream()
                        .anyMatch(sample -> sample.name().equals("skerry_log_leads")
                                && "0".equals(sample.labels().get("log"))
                                && sample.value() == 1);
                if (leads) {
                    return node;
                }
            }
            Thread.sleep(BETWEEN);
        }
        throw new AssertionError("nobody leads the log of the first group");
    }
}
