package dev.skerry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.config.ClusterSettings;
import dev.skerry.config.HostPort;
import dev.skerry.config.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFolderTest {
    @TempDir
    private Path top;

    @Test
    void aFolderRemembersWhoseItIs() {
        Path folder = top.resolve("data");
        String nodeId;
        try (NodeFolder made = open(16, folder)) {
            nodeId = made.nodeId();
        }
        try (NodeFolder again = open(16, folder)) {
            assertThat(again.nodeId()).isEqualTo(nodeId);
            assertThat(again.slots()).isEqualTo(16);
        }
        assertThat(folder).isDirectoryContaining("glob:**/node.json");
        assertThat(folder.toFile().list()).containsExactly("node.json");
    }

    @Test
    void nobodyElseReadsWhatIsMade() throws IOException {
        Path folder = top.resolve("above/data");
        open(16, folder).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("node.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aFolderInUseIsRefused() {
        Path folder = top.resolve("data");
        try (NodeFolder _ = open(16, folder)) {
            assertThatThrownBy(() -> open(16, folder))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use by another skerry process");
        }
    }

    @Test
    void anotherNumberOfSlotsIsRefused() {
        open(16, top.resolve("data")).close();
        assertThatThrownBy(() -> open(8, top.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("storage.slots: 8 (expected: 16");
    }

    @Test
    void anUnknownFormatIsRefused() throws IOException {
        open(16, top.resolve("data")).close();
        Path file = top.resolve("data/node.json");
        Files.writeString(file, Files.readString(file).replace("\"format_version\" : 1", "\"format_version\" : 7"));
        assertThatThrownBy(() -> open(16, top.resolve("data"))).hasMessageContaining("format_version 7 (expected: 1");
    }

    @Test
    void aDamagedDescriptionIsRefused() throws IOException {
        open(16, top.resolve("data")).close();
        Files.writeString(top.resolve("data/node.json"), "{\"format_ver");
        assertThatThrownBy(() -> open(16, top.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void disksKeepTheirOrder() throws IOException {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        open(16, first, second).close();
        open(16, first, second).close();
        assertThatThrownBy(() -> open(16, second, first)).isInstanceOf(StartException.class);
        assertThatThrownBy(() -> open(16, first)).hasMessageContaining("the same 2 folders");
        Files.createFile(first.resolve(Assembly.CATALOG_FILE));
        assertThatThrownBy(() -> open(16, first, top.resolve("disk3"))).hasMessageContaining("disk3");
        assertThatThrownBy(() -> open(16, top.resolve("disk0"), second)).hasMessageContaining("disk0");
        assertThat(top.resolve("disk0")).doesNotExist();
    }

    @Test
    void aFirstStartThatWasCutShortIsFinished() throws IOException {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        open(16, first, second).close();
        Files.delete(second.resolve("node.json"));
        open(16, first, second).close();
        assertThat(second.resolve("node.json")).exists();
    }

    @Test
    void slotsWithoutADescriptionAreNotTakenForANewFolder() throws IOException {
        Files.createDirectories(top.resolve("data/slots"));
        assertThatThrownBy(() -> open(16, top.resolve("data")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("has slots but no node.json");
    }

    @Test
    void aNewFolderTakesTheConfiguredId() {
        Path folder = top.resolve("data");
        open(member("a"), folder).close();
        try (NodeFolder again = open(member(null), folder)) {
            assertThat(again.nodeId()).isEqualTo("a");
            assertThat(again.formed()).isFalse();
        }
    }

    @Test
    void aFolderOfAnotherNodeIsRefused() {
        Path folder = top.resolve("data");
        try (NodeFolder formed = open(member("a"), folder)) {
            formed.form("cluster-1", 0);
        }
        assertThatThrownBy(() -> open(member("b"), folder))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("cluster.node_id: b (expected: a, whose data folder");
    }

    @Test
    void aNewFolderOfOneOfSeveralNodesMustBeNamed() {
        Path folder = top.resolve("data");
        assertThatThrownBy(() -> open(member(null, "a", "b"), folder))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("cluster.node_id: missing");
        assertThat(folder.resolve("node.json")).doesNotExist();
        open(member("c"), folder).close();
        assertThatThrownBy(() -> open(member(null, "a", "b"), folder))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("cluster.initial_cluster.nodes: without c");
    }

    @Test
    void aFormedFolderKeepsItsCluster() {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        try (NodeFolder folder = open(member("a"), first, second)) {
            folder.form("cluster-1", 0);
            folder.form("cluster-1", 0);
            assertThat(folder.formed()).isTrue();
        }
        try (NodeFolder again = open(member("a"), first, second)) {
            assertThat(again.clusterId()).isEqualTo("cluster-1");
            assertThat(again.formed()).isTrue();
            assertThatThrownBy(() -> again.form("cluster-2", 0))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("belongs to the cluster cluster-1 (expected: cluster-2");
            assertThat(again.clusterId()).isEqualTo("cluster-1");
        }
        assertThatThrownBy(() -> open(16, first, second))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("belongs to node a of the cluster cluster-1");
        assertThat(first.toFile().list()).containsExactly("node.json");
    }

    @Test
    void aFolderThatWasFormedWhileInUseStaysLocked() {
        Path data = top.resolve("data");
        try (NodeFolder folder = open(member("a"), data)) {
            folder.form("cluster-1", 0);
            assertThatThrownBy(() -> open(member("a"), data)).hasMessageContaining("in use by another skerry process");
        }
        open(member("a"), data).close();
    }

    @Test
    void aFormationThatWasCutShortIsFinished() throws IOException {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        open(member("a"), first, second).close();
        byte[] alone = Files.readAllBytes(second.resolve("node.json"));
        try (NodeFolder folder = open(member("a"), first, second)) {
            folder.form("cluster-1", 0);
        }
        Files.write(second.resolve("node.json"), alone);
        try (NodeFolder folder = open(member("a"), first, second)) {
            folder.form("cluster-1", 0);
        }
        assertThat(second.resolve("node.json")).content().contains("\"cluster-1\"");
    }

    @Test
    void aNodeThatWasAloneTakesItsIdWithItsCluster() throws IOException {
        Path first = top.resolve("disk1");
        Path second = top.resolve("disk2");
        String alone;
        try (NodeFolder folder = open(16, first, second)) {
            alone = folder.nodeId();
        }
        byte[] unformed = Files.readAllBytes(second.resolve("node.json"));
        try (NodeFolder folder = open(member("a"), first, second)) {
            assertThat(folder.nodeId()).isEqualTo("a");
        }
        try (NodeFolder folder = open(16, first, second)) {
            assertThat(folder.nodeId()).as("until it is formed").isEqualTo(alone);
        }
        try (NodeFolder folder = open(member("a"), first, second)) {
            folder.form("cluster-1", 0);
        }
        Files.write(second.resolve("node.json"), unformed);
        try (NodeFolder folder = open(member("a"), first, second)) {
            assertThat(folder.nodeId()).as("cut short").isEqualTo("a");
            folder.form("cluster-1", 0);
        }
        assertThat(second.resolve("node.json")).content().contains("\"node_id\" : \"a\"", alone, "\"cluster-1\"");
        assertThatThrownBy(() -> open(member("b"), first, second))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("the id of a cluster's node is for life");
    }

    @Test
    void aNodeThatIsToJoinIsNamedByItsFolder() {
        Path folder = top.resolve("joining");
        String id;
        try (NodeFolder made = open(configured("cluster.join", "cluster://a:9000"), folder)) {
            id = made.nodeId();
            assertThat(made.formed()).isFalse();
            made.form("cluster-1", 0);
        }
        try (NodeFolder again = open(member(null), folder)) {
            assertThat(again.nodeId()).isEqualTo(id);
            assertThat(again.clusterId()).isEqualTo("cluster-1");
        }
    }

    @Test
    void whoseIdWasTakenOverStartsNoMore() {
        Path folder = top.resolve("replaced");
        try (NodeFolder made = open(member("a"), folder)) {
            made.form("cluster-1", 1);
        }
        try (NodeFolder again = open(member("a"), folder)) {
            again.form("cluster-1", 1);
            assertThatThrownBy(() -> again.form("cluster-1", 2))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("another machine has taken over the id a");
        }
    }

    private static Membership configured(String key, String value) {
        Map<String, String> flags =
                Map.of(key, value, "cluster.address", "b:9000", "cluster.secret", "0123456789abcdef0123456789abcdef");
        return new Membership(
                SettingsReader.read(null, Map.of(), flags).settings().cluster());
    }

    private static Membership member(@Nullable String id, String... listed) {
        List<ClusterSettings.Node> nodes = Stream.of(listed)
                .map(name -> new ClusterSettings.Node(name, new HostPort(name, 9000), "default", 1))
                .toList();
        return new Membership(new ClusterSettings(
                "harbour",
                id,
                new HostPort("a", 9000),
                null,
                null,
                "default",
                1,
                3,
                3,
                Duration.ZERO,
                nodes,
                ClusterSettings.Join.NONE,
                new ClusterSettings.Registry(
                        ClusterSettings.RegistryType.STATIC, List.of(), null, null, Duration.ofSeconds(10)),
                null));
    }

    private static NodeFolder open(Membership membership, Path... folders) {
        return NodeFolder.open(List.of(folders), 16, membership, UUID::randomUUID);
    }

    private static NodeFolder open(int slots, Path... folders) {
        return NodeFolder.open(List.of(folders), slots, Membership.SINGLE, UUID::randomUUID);
    }
}
