package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.RotatingEndpoint;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.services.s3.S3Client;

/** Three nodes are restarted one after the other, by the commands for it, behind one address that clients write to. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class RollingUpgradeTest {
    private static final String BUCKET = "rolling-upgrade";
    private static final int WRITERS = 3;

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
        Writers writers = new Writers(BUCKET);
        try (RotatingEndpoint endpoint = new RotatingEndpoint(ClusterLab.urls(servers));
                writers) {
            for (int writer = 0; writer < WRITERS; writer++) {
                writers.begin("writer-" + writer, first, endpoint.url());
            }
            started(first, version);
            for (int turn = 0; turn < servers.size(); turn++) {
                restarted(servers.get(turn), ClusterLab.names(3).get(turn), servers.get((turn + 1) % 3), version);
            }
            Command finished = ClusterCommand.run(first, "upgrade finish");
            assertThat(finished.exit()).as(finished.text()).isZero();
            assertThat(finished.text()).contains("no upgrade runs", "node c: up, active, version " + version);
        }
        assertThat(writers.failed()).isEmpty();
        assertThat(writers.acknowledged()).isGreaterThan(100);
        servers.forEach(writers::everythingIsThere);
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
}
