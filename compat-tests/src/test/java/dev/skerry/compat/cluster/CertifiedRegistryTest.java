package dev.skerry.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.cluster.peer.TestAuthority;
import dev.skerry.compat.server.ClusterLab;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.FreePorts;
import dev.skerry.compat.server.RegistryServer;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Nodes that have certificates and no secret form a cluster by a registry, lose one of them and have it back; who can
 * reach the registry and has no certificate of theirs stays outside.
 */
@ExtendWith(WithServer.class)
@ResourceLock(ClusterLab.MACHINE)
class CertifiedRegistryTest {
    private static final String BUCKET = "certified";
    private static final String WHILE_DOWN = "while it is down";
    private static final Duration SOON = Duration.ofMinutes(5);

    private final TestAuthority ofNodes = new TestAuthority("nodes");
    private final List<SkerryServer> servers = new ArrayList<>();

    @Test
    void nodesMeetAtAnEtcd(ServerLab lab) throws Throwable {
        CertifiedNodes nodes = new CertifiedNodes(lab);
        RegistryServer etcd = lab.etcd();
        nodesMeetAt(etcd, nodes);

        TestAuthority others = new TestAuthority("others");
        NodeFiles unknown = nodes.files("d").trust(ofNodes, others).show(others.issue("d"));
        SkerryServer stranger = meeting(nodes, "d", etcd, unknown);
        assertThat(stranger.startExpectingExit()).isEqualTo(1);
        assertThat(stranger.tail(20)).contains("the certificate is not believed here");
        SkerryServer fourth = meeting(nodes, "e", etcd, known(nodes, "e")).start();
        assertThat(get(nodes, fourth, WHILE_DOWN)).isEqualTo(WHILE_DOWN);
        awaitListed(nodes, servers.getFirst(), "a", "b", "c", "e");
    }

    @Test
    void nodesMeetAtARedis(ServerLab lab) throws Throwable {
        nodesMeetAt(lab.redis(), new CertifiedNodes(lab));
    }

    @Test
    void nodesGossip(ServerLab lab) throws Throwable {
        CertifiedNodes nodes = new CertifiedNodes(lab);
        Map<String, Integer> ports = new TreeMap<>();
        Map<String, String> addresses = new TreeMap<>();
        for (String name : ClusterLab.names(3)) {
            int port = FreePorts.take();
            ports.put(name, port);
            addresses.put(name, "127.0.0.1:" + port);
        }
        for (Map.Entry<String, Integer> node : ports.entrySet()) {
            String name = node.getKey();
            List<String> cluster = new ArrayList<>(ClusterLab.membership(name, addresses));
            cluster.add("  registry: {type: gossip, lease: 10s}");
            servers.add(nodes.server(name, node.getValue(), known(nodes, name), cluster));
        }
        formAndLoseOne(nodes);
        awaitListed(nodes, servers.getFirst(), "a", "b");
        itComesBack(nodes);
    }

    private void nodesMeetAt(RegistryServer registry, CertifiedNodes nodes) throws Throwable {
        for (String name : ClusterLab.names(3)) {
            servers.add(meeting(nodes, name, registry, known(nodes, name)));
        }
        formAndLoseOne(nodes);
        itComesBack(nodes);
    }

    private void formAndLoseOne(CertifiedNodes nodes) throws Throwable {
        ClusterLab.start(servers);
        for (SkerryServer server : servers) {
            awaitListed(nodes, server, "a", "b", "c");
        }
        try (S3Client client = nodes.client(servers.getFirst())) {
            client.createBucket(request -> request.bucket(BUCKET));
        }
        for (SkerryServer server : servers) {
            put(nodes, server, "by " + server.s3Port());
        }
        servers.getLast().kill();
        Eventually.holds(SOON, () -> put(nodes, servers.getFirst(), WHILE_DOWN));
    }

    private void itComesBack(CertifiedNodes nodes) throws Throwable {
        servers.getLast().start();
        for (SkerryServer server : servers) {
            awaitListed(nodes, server, "a", "b", "c");
            for (SkerryServer writer : servers) {
                assertThat(get(nodes, server, "by " + writer.s3Port())).isEqualTo("by " + writer.s3Port());
            }
            assertThat(get(nodes, server, WHILE_DOWN)).isEqualTo(WHILE_DOWN);
        }
        Eventually.holds(
                SOON, () -> assertThat(nodes.status(servers.getFirst()).exit()).isZero());
    }

    private NodeFiles known(CertifiedNodes nodes, String name) throws IOException {
        return nodes.files(name).trust(ofNodes).show(ofNodes.issue(name));
    }

    private static SkerryServer meeting(CertifiedNodes nodes, String name, RegistryServer registry, NodeFiles own)
            throws IOException {
        int port = FreePorts.take();
        return nodes.server(name, port, own, ClusterLab.meeting(name, port, registry, 3));
    }

    private static void awaitListed(CertifiedNodes nodes, SkerryServer asked, String... ids) throws Throwable {
        Eventually.holds(SOON, () -> {
            JsonNode registry = nodes.statusDocument(asked).path("registry");
            assertThat(registry.path("answers").asBoolean()).isTrue();
            Set<String> listed = new TreeSet<>();
            registry.path("nodes").forEach(id -> listed.add(id.asText()));
            assertThat(listed).containsExactly(ids);
        });
    }

    private static void put(CertifiedNodes nodes, SkerryServer server, String key) {
        try (S3Client client = nodes.client(server)) {
            client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString(key));
        }
    }

    private static String get(CertifiedNodes nodes, SkerryServer server, String key) {
        try (S3Client client = nodes.client(server)) {
            return client.getObjectAsBytes(request -> request.bucket(BUCKET).key(key))
                    .asUtf8String();
        }
    }
}
