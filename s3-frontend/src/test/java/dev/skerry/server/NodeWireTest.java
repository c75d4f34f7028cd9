package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.admin.Metrics;
import dev.skerry.blob.placement.PlacementPolicy.NodeId;
import dev.skerry.cluster.peer.PeerAddresses;
import dev.skerry.cluster.peer.PeerIdentity;
import dev.skerry.config.ClusterSettings;
import dev.skerry.config.ClusterSettings.RegistryType;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeWireTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private static ClusterSettings settings(@Nullable String secret, @Nullable Path file) {
        return new ClusterSettings(
                "harbour",
                "a",
                null,
                secret,
                file,
                "default",
                1,
                3,
                3,
                Duration.ZERO,
                List.of(),
                ClusterSettings.Join.NONE,
                new ClusterSettings.Registry(RegistryType.STATIC, List.of(), null, null, Duration.ofSeconds(10)),
                null);
    }

    private static NodeWire open(String node, ClusterSettings settings, Vertx vertx) {
        return NodeWire.open(
                settings,
                new PeerIdentity("harbour-1", new NodeId(node)),
                null,
                vertx,
                new PeerMetrics(new Metrics("test")),
                Thread.ofVirtual().factory());
    }

    @Test
    void nodesWithTheSameSecretInAFileOrInTheSettingsUnderstandEachOther() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Vertx vertx = Vertx.vertx();
        try (NodeWire a = open("a", settings(SECRET, null), vertx);
                NodeWire b = open("b", settings(null, file), vertx)) {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(b.calls().endpoint())
                    .listen(0, "127.0.0.1")
                    .await(1, TimeUnit.MINUTES);
            b.calls().serve("echo", CompletableFuture::completedFuture);
            a.addresses().put(new NodeId("b"), new PeerAddresses.Address("127.0.0.1", server.actualPort()));
            byte[] words = {1, 2, 3};
            assertThat(a.calls().call(new NodeId("b"), "echo", words).get(1, TimeUnit.MINUTES))
                    .isEqualTo(words);
        } finally {
            vertx.close().await(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void withoutAProofThatServesANodeDoesNotStart() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "much too short\n");
        Vertx vertx = Vertx.vertx();
        try {
            assertThatThrownBy(() -> open("a", settings(null, file), vertx))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("14 bytes")
                    .hasMessageNotContaining("much too short");
            assertThatThrownBy(() -> open("a", settings(null, folder.resolve("none")), vertx))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cannot read");
            assertThatThrownBy(() -> open("a", settings(null, null), vertx))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("cluster.secret_file: missing")
                    .hasMessageContaining("or cluster.tls");
        } finally {
            vertx.close().await(1, TimeUnit.MINUTES);
        }
    }
}
