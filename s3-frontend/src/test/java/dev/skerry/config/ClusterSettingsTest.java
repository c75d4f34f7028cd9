package dev.skerry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.config.ClusterSettings.RegistryType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSettingsTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String NODES = """
            cluster:
              name: harbour
              node_id: a
              secret: %s
              initial_cluster:
                nodes:
                  - {id: a, address: 10.0.0.1:9000, zone: deck-1, weight: 2}
                  - {id: b, address: '10.0.0.2:9000'}
                  - {id: c, address: '[fd00::3]:9000'}
            """.formatted(SECRET);

    @TempDir
    private Path folder;

    @Test
    void withoutTheSectionANodeIsASingleOne() {
        assertThat(SettingsReader.read(null, Map.of(), Map.of()).settings().cluster())
                .isNull();
        assertThat(SettingsReader.read(null, Map.of(), Map.of("cluster.name", "skerry", "cluster.replicas", "3"))
                        .settings()
                        .cluster())
                .isNull();
    }

    @Test
    void nodesAreReadWithWhatTheyLeaveOut() throws IOException {
        ClusterSettings cluster = cluster(NODES);
        assertThat(cluster.name()).isEqualTo("harbour");
        assertThat(cluster.nodeId()).isEqualTo("a");
        assertThat(cluster.nodes())
                .containsExactly(
                        new ClusterSettings.Node("a", new HostPort("10.0.0.1", 9000), "deck-1", 2),
                        new ClusterSettings.Node("b", new HostPort("10.0.0.2", 9000), "default", 1),
                        new ClusterSettings.Node("c", new HostPort("fd00::3", 9000), "default", 1));
        assertThat(cluster.addressOf("a")).isEqualTo(new HostPort("10.0.0.1", 9000));
        assertThat(cluster.replicas()).isEqualTo(3);
        assertThat(cluster.registry().type()).isEqualTo(RegistryType.STATIC);
        assertThat(cluster.warnings()).isEmpty();
    }

    @Test
    void whatIsListedMustFit() throws IOException {
        assertRefused(NODES.replace("node_id: a", "node_id: d"), "cluster.node_id: d (expected: one of");
        assertRefused(NODES.replace("id: b", "id: a"), "nodes[1].id: a is another node's");
        assertRefused(NODES.replace("10.0.0.2", "10.0.0.1"), "nodes[1].address: 10.0.0.1:9000 is another node's");
        assertRefused(NODES.replace("10.0.0.2:9000", "0.0.0.0:9000"), "nodes[1].address: 0.0.0.0:9000 (expected: HOST");
        assertRefused(NODES.replace("10.0.0.2:9000", "10.0.0.2:0"), "nodes[1].address");
        assertRefused(NODES.replace("weight: 2", "wight: 2"), "nodes[0].wight: unknown field, did you mean weight?");
        assertRefused(NODES + "  address: 10.0.0.9:9000\n", "cluster.address: 10.0.0.9:9000 (expected: 10.0.0.1:9000");
        assertRefused(NODES + "  join: cluster://10.0.0.9:9000\n", "cluster.join: beside cluster.initial_cluster");
        assertRefused(NODES + "  groups: 17\n", "cluster.groups: 17 (expected: at most storage.slots");
        assertRefused(NODES + "  replicas: 8\n", "cluster.replicas: 8 (expected: a whole number of 1..7)");
        assertRefused(NODES + "  nodeid: a\n", "unknown key cluster.nodeid, did you mean cluster.node_id?");
    }

    @Test
    void twoNodesAreWarnedOf() throws IOException {
        String two = NODES.substring(0, NODES.indexOf("      - {id: c"));
        assertThat(cluster(two).warnings())
                .anySatisfy(warning -> assertThat(warning).contains("two nodes need each other"))
                .anySatisfy(warning -> assertThat(warning).contains("cluster.replicas: 3 of 2 nodes"));
    }

    @Test
    void nodesMustBeAbleToProveThemselves() throws IOException {
        String none = NODES.replace("  secret: " + SECRET + "\n", "");
        assertRefused(none, "cluster.secret_file: missing");
        assertRefused(NODES + "  secret_file: /etc/secret\n", "cluster.secret_file: beside cluster.secret");
        assertRefused(none + "  tls: {ca: ca.pem, key: key.pem}\n", "cluster.tls: incomplete");
        String tls = "  tls: {ca: ca.pem, certificate: c.pem, key: key.pem}\n";
        assertRefused(none + tls, "cluster.tls: without tls.certificate");
        assertThat(cluster(none + tls + "tls: {certificate: s.pem, key: s-key.pem}\n")
                        .tls())
                .isEqualTo(new ClusterSettings.NodeTls(Path.of("ca.pem"), Path.of("c.pem"), Path.of("key.pem")));
    }

    @Test
    void secretsAreNeitherShownNorInMessages() throws IOException {
        assertThatThrownBy(() -> cluster(NODES.replace(SECRET, "short-and-secret")))
                .hasMessageContaining("cluster.secret: a secret that is not shown (expected: 32 to 1024")
                .hasMessageNotContaining("short-and-secret");
        String password = "  registry: {type: redis, endpoints: [r:1], user: u, password: hush-hush}\n";
        SettingsReader.Loaded loaded = SettingsReader.read(file(NODES + password), Map.of(), Map.of());
        assertThat(loaded.shown() + loaded.settings())
                .doesNotContain(SECRET)
                .doesNotContain("hush-hush")
                .contains("********");
        assertThat(loaded.shown())
                .contains("  registry:\n    type: redis")
                .contains("  initial_cluster:\n    size: 0  # default\n    nodes: [{");
    }

    @Test
    void everyKeyIsAVariable() {
        Map<String, String> variables = Map.of(
                "SKERRY_CLUSTER__NODE_ID", "b",
                "SKERRY_CLUSTER__SECRET_FILE", "/run/secret",
                "SKERRY_CLUSTER__INITIAL_CLUSTER__NODES", "[{id: a, address: a:1}, {id: b, address: b:1}]",
                "SKERRY_CLUSTER__REGISTRY__TYPE", "etcd",
                "SKERRY_CLUSTER__REGISTRY__ENDPOINTS", "etcd-1:2379,https://etcd-2:2379");
        ClusterSettings cluster = Objects.requireNonNull(
                SettingsReader.read(null, variables, Map.of()).settings().cluster());
        assertThat(cluster.nodes()).hasSize(2);
        assertThat(cluster.secretFile()).isEqualTo(Path.of("/run/secret"));
        assertThat(cluster.registry().endpoints()).containsExactly("http://etcd-1:2379", "https://etcd-2:2379");
    }

    @Test
    void keysThatAreGoneAreRefusedWithWhatIsInTheirPlace() throws IOException {
        for (String section : List.of("cluster:\n  registry:\n    gossip:\n      ", "registry:\n  gossip:\n    ")) {
            for (String key : List.of("bind_addr", "advertise_addr")) {
                assertRefused(
                        section + key + ": 0.0.0.0:7946\n",
                        "registry.gossip." + key,
                        "cluster.initial_cluster.nodes[]");
            }
        }
        Map<String, String> variable = Map.of("SKERRY_CLUSTER__REGISTRY__GOSSIP__BIND_ADDR", "x");
        assertThatThrownBy(() -> SettingsReader.read(null, variable, Map.of()))
                .hasMessageContaining("cluster.initial_cluster.nodes[]");
        assertRefused("registry:\n  type: static\n", "unknown key registry.type, did you mean cluster.registry.type?");
    }

    @Test
    void aNodeJoinsByUrlsOfOneScheme() {
        assertThat(joining("cluster://10.0.0.1:9000,10.0.0.2:9000").join().urls())
                .extracting(JoinUrl::toString)
                .containsExactly("cluster://10.0.0.1:9000", "cluster://10.0.0.2:9000");
        ClusterSettings.Registry registry = joining("redis://r:6379").registry();
        assertThat(registry.type()).isEqualTo(RegistryType.REDIS);
        assertThat(registry.endpoints()).containsExactly("redis://r:6379");
        for (String bad :
                List.of("10.0.0.1:9000", "cluster://", "cluster://h", "ftp://h:1", "cluster://a:1,etcd://b:1")) {
            assertThatThrownBy(() -> joining(bad)).as(bad).hasMessageContaining("cluster.join: " + bad);
        }
        assertThatThrownBy(() -> joining("etcd://e:1", "cluster.registry.type", "gossip"))
                .hasMessageContaining("cluster.registry.type: gossip (expected: etcd, which cluster.join names)");
    }

    @Test
    void nodesThatKnowARegistryFormAClusterOfThatSize() throws IOException {
        ClusterSettings cluster = joining(
                "etcd://e:2379,f:2379",
                "cluster.initial_cluster.size",
                "3",
                "cluster.registry.endpoints",
                "https://g:2379",
                "cluster.take_over",
                "true");
        assertThat(cluster.join().byRegistry()).isTrue();
        assertThat(cluster.join().founders()).isEqualTo(3);
        assertThat(cluster.join().takeOver()).isTrue();
        assertThat(cluster.registry().endpoints())
                .as("one that speaks TLS speaks it everywhere")
                .containsExactly("https://g:2379", "https://e:2379", "https://f:2379");
        assertThatThrownBy(() -> joining("cluster://c:1", "cluster.initial_cluster.size", "3"))
                .hasMessageContaining("cluster.initial_cluster.size: 3 without a registry that can count them");
        assertThatThrownBy(() -> joining("etcd://e:1", "cluster.initial_cluster.size", "17"))
                .hasMessageContaining("cluster.initial_cluster.size: 17");
        assertRefused(NODES + "  take_over: true\n", "cluster.take_over: true without cluster.join");
        String size = NODES.replace("    nodes:\n", "    size: 3\n    nodes:\n");
        assertThat(size).isNotEqualTo(NODES);
        assertRefused(size, "cluster.initial_cluster.size: beside cluster.initial_cluster.nodes");
    }

    @Test
    void aNodeThatNobodyListsMustSayWhereItIs() {
        Map<String, String> flags = Map.of("cluster.join", "cluster://10.0.0.1:9000", "cluster.secret", SECRET);
        assertThatThrownBy(() -> SettingsReader.read(null, Map.of(), flags))
                .hasMessageContaining("cluster.address: missing");
        Map<String, String> listening = new HashMap<>(flags);
        listening.put("listen", "10.0.0.7:9000");
        assertThat(Objects.requireNonNull(SettingsReader.read(null, Map.of(), listening)
                                .settings()
                                .cluster())
                        .addressOf("any"))
                .isEqualTo(new HostPort("10.0.0.7", 9000));
    }

    @Test
    void aRegistryHasEndpointsThatFit() throws IOException {
        assertRefused(NODES + "  registry: {type: etcd}\n", "cluster.registry.endpoints: missing");
        assertRefused(NODES + "  registry: {type: etcd, endpoints: ['redis://r:1']}\n", "redis://r:1 (expected: HOST");
        assertRefused(NODES + "  registry: {endpoints: ['r:1']}\n", "cluster.registry.endpoints: with the type static");
        assertRefused(NODES + "  registry: {type: zookeeper}\n", "one of static, etcd, redis, gossip");
    }

    @Test
    void nodesThatGossipAreListedOrJoinAndHaveNoEndpoints() throws IOException {
        ClusterSettings.Registry listed =
                cluster(NODES + "  registry: {type: gossip}\n").registry();
        assertThat(listed.type()).isEqualTo(RegistryType.GOSSIP);
        assertThat(listed.endpoints()).isEmpty();
        ClusterSettings joined = joining("cluster://10.0.0.1:9000", "cluster.registry.type", "gossip");
        assertThat(joined.registry().type()).isEqualTo(RegistryType.GOSSIP);
        assertThat(joined.join().byRegistry()).isFalse();
        assertRefused(
                NODES + "  registry: {type: gossip, endpoints: ['r:1']}\n",
                "cluster.registry.endpoints: with the type gossip");
        assertThatThrownBy(() -> joining(
                        "cluster://c:1", "cluster.registry.type", "gossip", "cluster.initial_cluster.size", "3"))
                .hasMessageContaining("cluster.initial_cluster.size: 3 without a registry that can count them")
                .hasMessageContaining("cluster.initial_cluster.nodes, with which nodes that gossip form a cluster");
    }

    private static ClusterSettings joining(String urls, String... more) {
        Map<String, String> flags = new HashMap<>(
                Map.of("cluster.join", urls, "cluster.secret", SECRET, "cluster.address", "10.0.0.9:9000"));
        for (int i = 0; i < more.length; i += 2) {
            flags.put(more[i], more[i + 1]);
        }
        return Objects.requireNonNull(
                SettingsReader.read(null, Map.of(), flags).settings().cluster());
    }

    private ClusterSettings cluster(String yaml) throws IOException {
        return Objects.requireNonNull(
                SettingsReader.read(file(yaml), Map.of(), Map.of()).settings().cluster());
    }

    private void assertRefused(String yaml, String... parts) throws IOException {
        Path file = file(yaml);
        assertThatThrownBy(() -> SettingsReader.read(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .message()
                .contains(parts);
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("skerry.yaml"), yaml);
    }
}
