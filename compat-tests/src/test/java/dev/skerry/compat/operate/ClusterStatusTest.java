package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code skerry cluster status}, {@code admin/v1/cluster} and the metrics behind it. */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class ClusterStatusTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aNodeSaysHowTheClusterIs(ServerLab lab) throws Throwable {
        List<SkerryServer> servers = ClusterLab.servers(lab, 3);
        ClusterLab.start(servers);
        SkerryServer first = servers.getFirst();
        try (S3Client client = Sdk.sync(first)) {
            client.createBucket(request -> request.bucket("shown"));
            for (int i = 0; i < 20; i++) {
                String key = "key-" + i;
                client.putObject(request -> request.bucket("shown").key(key), RequestBody.fromString(key));
            }
        }
        Eventually.holds(SOON, () -> {
            Command status = status(first);
            assertThat(status.exit()).as(status.text()).isZero();
            assertThat(status.text())
                    .contains("3 replicas, revision 1")
                    .containsPattern("(?m)^a +127\\.0\\.0\\.1:\\d+ +default +1 +active +up +0\\.0")
                    .containsPattern("(?m)^catalog +[abc] +- +\\d+ +a \\+0/0\\.0s, b \\+0/0\\.0s, c \\+0/0\\.0s$")
                    .containsPattern("(?m)^2 +[abc] +1 +\\d+ ")
                    .containsPattern("(?m)^15 +0 +1 ");
        });
        Eventually.holds(
                SOON,
                () -> assertThat(MetricsPage.of(first).sum("skerry_log_lag_commands"))
                        .isZero());
        assertThat(MetricsPage.of(first).sum("skerry_group_replicas")).isEqualTo(9);

        servers.getLast().kill();
        Eventually.holds(SOON, () -> {
            Command without = status(first, "--json");
            assertThat(without.exit()).as(without.text()).isEqualTo(1);
            JsonNode document = JSON.readTree(without.text());
            assertThat(document.path("nodes").path(2).path("seen").asText()).isEqualTo("down");
            assertThat(document.path("nodes").path(2).has("version")).isFalse();
            assertThat(document.path("logs").path(0).path("replicas").path(2).has("lag_commands"))
                    .isFalse();
            assertThat(document.path("logs"))
                    .allSatisfy(log -> assertThat(log.path("leader").asText()).isIn("a", "b"));
        });
    }

    @Test
    void aSingleNodeHasNoCluster(ServerLab lab) {
        SkerryServer server = lab.server().start();
        Command status = status(server);
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.text()).contains("404").contains("nothing is served at this path");
        assertThat(Command.run("cluster").exit()).isEqualTo(2);
    }

    private static Command status(SkerryServer server, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "cluster",
                "status",
                "--server",
                server.s3().toString(),
                "--set",
                "root_access_key=" + SkerryServer.ACCESS_KEY,
                "--set",
                "root_secret_key=" + SkerryServer.SECRET_KEY));
        all.addAll(List.of(options));
        return Command.run(all.toArray(String[]::new));
    }
}
