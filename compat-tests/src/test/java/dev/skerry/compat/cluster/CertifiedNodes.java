package dev.skerry.compat.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skerry.cluster.peer.TestAuthority;
import dev.skerry.compat.operate.Command;
import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/** Nodes that prove themselves by certificates alone, and whose clients are shown others. */
final class CertifiedNodes {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestAuthority ofClients = new TestAuthority("clients");
    private final ServerLab lab;
    private final Path folder;
    private final Path truststore;

    CertifiedNodes(ServerLab lab) throws IOException, GeneralSecurityException {
        this.lab = lab;
        this.folder = Files.createDirectories(lab.path("certificates"));
        this.truststore = NodeFiles.trustStore(folder.resolve("clients.p12"), ofClients);
    }

    /** What clients believe; it knows nothing of nodes. */
    TestAuthority ofClients() {
        return ofClients;
    }

    /** Where a node has its certificate and who it believes. */
    NodeFiles files(String name) {
        return NodeFiles.in(folder, name);
    }

    /**
     * A node, not started.
     *
     * @param cluster its section {@code cluster}, where a secret is left out
     */
    SkerryServer server(String name, int port, NodeFiles own, List<String> cluster) throws IOException {
        TestAuthority.Issued shown = ofClients.issue("localhost");
        Path certificate = Files.writeString(folder.resolve(name + "-tls.pem"), shown.certificate());
        Path key = Files.writeString(folder.resolve(name + "-tls-key.pem"), shown.key());
        List<String> yaml = new ArrayList<>(cluster);
        yaml.removeIf(line -> line.contains("secret:"));
        yaml.add(own.yaml());
        return lab.server(Settings.of(lab.path("node-" + name))
                .withPort(port)
                .withTls(certificate, key)
                .withYaml(yaml.toArray(String[]::new)));
    }

    S3Client client(SkerryServer server) {
        try {
            return Sdk.retrying(server, NodeFiles.trusting(ofClients).getTrustManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code skerry cluster status}. */
    Command status(SkerryServer asked, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "cluster",
                "status",
                "--server",
                asked.s3().toString(),
                "--set",
                "root_access_key=" + SkerryServer.ACCESS_KEY,
                "--set",
                "root_secret_key=" + SkerryServer.SECRET_KEY));
        arguments.addAll(List.of(options));
        return Command.run(
                Map.of(
                        "SKERRY_JAVA_OPTS",
                        "-Djavax.net.ssl.trustStore=" + truststore + " -Djavax.net.ssl.trustStorePassword="
                                + NodeFiles.password()),
                arguments.toArray(String[]::new));
    }

    /** The same in JSON. */
    JsonNode statusDocument(SkerryServer asked) throws IOException {
        return JSON.readTree(status(asked, "--json").text());
    }
}
