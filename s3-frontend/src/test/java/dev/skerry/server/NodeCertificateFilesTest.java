package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.cluster.peer.TestAuthority;
import dev.skerry.config.ClusterSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCertificateFilesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("harbour");

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), AUTHORITY.certificate());
        write(AUTHORITY.issue("a"));
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(1, TimeUnit.MINUTES);
    }

    private void write(TestAuthority.Issued issued) throws IOException {
        Files.writeString(folder.resolve("node.pem"), issued.certificate());
        Files.writeString(folder.resolve("key.pem"), issued.key());
    }

    private NodeCertificateFiles open(String node) {
        return new NodeCertificateFiles(
                new ClusterSettings.NodeTls(
                        folder.resolve("ca.pem"), folder.resolve("node.pem"), folder.resolve("key.pem")),
                node,
                vertx);
    }

    private static TestAuthority.Issued validFor(Duration time) {
        Instant now = Instant.now();
        return AUTHORITY.issue(
                new TestAuthority.Wish(List.of("a"), now.minus(Duration.ofMinutes(1)), now.plus(time), true, true));
    }

    @Test
    void renewedFilesAreTakenUpAndHalfOfThemAreNot() throws IOException {
        NodeCertificateFiles files = open("a");
        Instant first = files.certificates().notAfter();
        assertThat(files.look()).isFalse();
        TestAuthority.Issued renewed = validFor(Duration.ofDays(90));
        Files.writeString(folder.resolve("node.pem"), renewed.certificate());
        assertThat(files.look()).as("without its key").isFalse();
        assertThat(files.certificates().notAfter()).isEqualTo(first);
        Files.writeString(folder.resolve("key.pem"), renewed.key());
        assertThat(files.look()).isTrue();
        assertThat(files.certificates().notAfter()).isAfter(Instant.now().plus(80, ChronoUnit.DAYS));
        Files.delete(folder.resolve("ca.pem"));
        assertThat(files.look()).as("without an authority").isFalse();
        assertThat(files.look()).isFalse();
        assertThat(files.certificates().notAfter()).isAfter(Instant.now().plus(80, ChronoUnit.DAYS));
    }

    @Test
    void aNodeDoesNotStartWithWhatOthersWouldNotBelieve() throws IOException {
        assertThatThrownBy(() -> open("b"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(
                        "cluster.tls.certificate: its DNS names are [a] (expected: one that is this node's id, b)");
        Files.writeString(folder.resolve("ca.pem"), new TestAuthority("other").certificate());
        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("cluster.tls.certificate: no other node would believe it");
        Files.delete(folder.resolve("key.pem"));
        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("cluster.tls: cannot read its files")
                .hasMessageContaining("key.pem");
    }
}
